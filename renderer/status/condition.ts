import type { MachineState } from '../../shared/api/apiModel.ts';
import { assertNever } from '../../shared/errors.ts';
import type { Repository, RepositoryState } from '../../shared/model.ts';
import type { Tone } from '../ui/StateMark.tsx';

/**
 * The state of a machine in one word. `refused`: no further attempt is made before a person has looked at the cause (a
 * key, a password).
 */
type MachineCondition =
  'healthy' | 'degraded' | 'failed' | 'connecting' | 'offline' | 'refused' | 'not-set-up' | 'setting-up';

/**
 * Returns what keeps the program from a machine, or else the worst state of its repositories. Only `healthy` is good.
 */
export function machineCondition({ connection, setup, repositories }: MachineState): MachineCondition {
  if (setup?.state === 'running') return 'setting-up';
  if (connection.error?.code === 'machine-not-set-up') return 'not-set-up';
  if (connection.state === 'connecting') return 'connecting';
  if (connection.state === 'offline') {
    return connection.error !== undefined && connection.retryAt === undefined ? 'refused' : 'offline';
  }
  const { failed, degraded } = countTrouble(repositories ?? []);
  if (failed > 0) return 'failed';
  return degraded > 0 ? 'degraded' : 'healthy';
}

/** Returns the tone of a machine's condition. */
export function conditionTone(condition: MachineCondition): Tone {
  switch (condition) {
    case 'healthy':
      return 'ok';
    case 'degraded':
    case 'not-set-up':
      return 'warn';
    case 'failed':
    case 'refused':
      return 'fail';
    case 'connecting':
    case 'setting-up':
      return 'busy';
    case 'offline':
      return 'stale';
    default:
      return assertNever(condition);
  }
}

/** Counts the repositories that failed, and those that run worse than they should. */
export function countTrouble(repositories: readonly Pick<Repository, 'state'>[]): {
  readonly failed: number;
  readonly degraded: number;
} {
  const count = (...states: readonly RepositoryState[]): number =>
    repositories.filter(({ state }) => states.includes(state)).length;
  return { failed: count('failed', 'damaged'), degraded: count('degraded') };
}

/** Returns true while a machine is connected, so that what is shown of it is current. */
export function isFresh({ connection }: Pick<MachineState, 'connection'>): boolean {
  return connection.state === 'connected';
}

/**
 * Returns the state of a repository as it may be shown: `unknown` while the machine is not connected, so that no old
 * state looks current.
 */
export function shownState(
  machine: Pick<MachineState, 'connection'>,
  { state }: Pick<Repository, 'state'>,
): RepositoryState {
  return isFresh(machine) ? state : 'unknown';
}

/**
 * Counts the services that run, and those that should. Returns undefined while the volume is not mounted, because
 * nobody can know.
 */
export function serviceCount({
  mounted,
  running,
  services,
}: Pick<Repository, 'mounted' | 'running' | 'services'>): { running: number; total: number } | undefined {
  if (!mounted) return undefined;
  return { running, total: services.filter(({ present }) => present).length };
}
