import { assertNever } from './errors.ts';
import type { Repository } from './model.ts';

/** What a person most likely wants next. `reconnect` is the machine's; a damaged one can only be looked at. */
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
