import { assertNever } from './errors.ts';
import type { Repository } from './model.ts';

/**
 * The action that a person most likely wants next. `reconnect` is for the machine; a damaged repository can only be
 * inspected.
 */
export type RepositoryAction = 'up' | 'down' | 'cancel' | 'inspect' | 'reconnect';

/** Returns the one action that fits a repository's state, the same in every list, on its page and in the tray. */
export function fittingAction({ state }: Pick<Repository, 'state'>): RepositoryAction {
  switch (state) {
    case 'closed':
    case 'mounted':
    case 'daemon-up':
    case 'failed':
      return 'up';
    case 'running':
    case 'degraded':
      return 'down';
    case 'busy':
      return 'cancel';
    case 'damaged':
      return 'inspect';
    case 'unknown':
      return 'reconnect';
    default:
      return assertNever(state);
  }
}

/** Returns true for a repository that may be deleted: one that is closed, also when it is damaged. */
export function isDeletable({ state, mounted }: Pick<Repository, 'state' | 'mounted'>): boolean {
  return state === 'closed' || (state === 'damaged' && !mounted);
}
