import { assertNever } from './errors.ts';
import type { RepositoryState } from './model.ts';

/** What a state means to a person; each has a shape and a colour of its own, the same everywhere. */
export type Tone = 'ok' | 'warn' | 'fail' | 'idle' | 'closed' | 'stale' | 'busy';

/** Returns what a repository's state means to a person: only `running` is green. */
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

/** What a person must not miss comes first; what is well never hides what is not. */
const GRAVEST: readonly Tone[] = ['fail', 'warn', 'busy', 'stale', 'ok', 'idle', 'closed'];

/** Returns the one tone that stands for many; `idle` for none. */
export function gravestTone(tones: readonly Tone[]): Tone {
  return GRAVEST.find((tone) => tones.includes(tone)) ?? 'idle';
}
