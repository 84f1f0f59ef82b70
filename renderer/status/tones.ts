import type { OperationEntry } from '../../shared/api/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import type { Tone } from '../ui/StateMark.tsx';
import type { GridCell } from './grid.ts';
import type { ServiceState } from './serviceState.ts';

/** Returns the tone of a step's state. */
export function stepTone(state: GridCell['state']): Tone {
  switch (state) {
    case 'succeeded':
    case 'already':
      return 'ok';
    case 'failed':
      return 'fail';
    case 'running':
      return 'busy';
    case 'cancelled':
      return 'warn';
    case 'waiting':
    case 'not-run':
    case 'not-defined':
    case 'idle':
      return 'idle';
    default:
      return assertNever(state);
  }
}

/** Returns the tone of an operation's state. A deliberate stop is not an alarm. */
export function verdictTone(state: OperationEntry['state']): Tone {
  switch (state) {
    case 'succeeded':
      return 'ok';
    case 'warnings':
      return 'warn';
    case 'failed':
      return 'fail';
    case 'running':
      return 'busy';
    case 'cancelled':
      return 'idle';
    case 'lost':
    case 'unknown':
      return 'stale';
    default:
      return assertNever(state);
  }
}

/** Returns the tone of a service's state. Only what runs well is green. */
export function serviceTone(state: ServiceState): Tone {
  switch (state) {
    case 'healthy':
    case 'running':
      return 'ok';
    case 'starting':
      return 'busy';
    case 'unhealthy':
    case 'restarting':
    case 'left':
    case 'paused':
      return 'warn';
    case 'crash-loop':
    case 'exited':
      return 'fail';
    case 'stopped':
    case 'gone':
      return 'idle';
    case 'unknown':
      return 'stale';
    default:
      return assertNever(state);
  }
}
