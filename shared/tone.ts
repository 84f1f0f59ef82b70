import { assertNever } from './errors.ts';
import type { RepositoryState } from './model.ts';

/** The meaning of a state for a person. Each has a shape and a colour of its own, the same everywhere. */
export type Tone = 'ok' | 'warn' | 'fail' | 'idle' | 'closed' | 'stale' | 'busy';

/** Returns the tone of a repository's state. Only `running` is green. */
export function repositoryTone(state: RepositoryState): Tone {
  switch (state) {
    case 'running':
      return 'ok';
    case 'degraded':
      return 'warn';
    case 'failed':
    case 'damaged':
      return 'fail';
    case 'busy':
      return 'busy';
    case 'mounted':
    case 'daemon-up':
      return 'idle';
    case 'closed':
      return 'closed';
    case 'unknown':
      return 'stale';
    default:
      return assertNever(state);
  }
}

/** The tones, the most urgent first. A good state never hides a bad one. */
const GRAVEST: readonly Tone[] = ['fail', 'warn', 'busy', 'stale', 'ok', 'idle', 'closed'];

/** Returns the most urgent of some tones; `idle` for none. */
export function gravestTone(tones: readonly Tone[]): Tone {
  return GRAVEST.find((tone) => tones.includes(tone)) ?? 'idle';
}
