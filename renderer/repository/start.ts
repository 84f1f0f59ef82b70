import type { ApiClient, ApiParams } from '../../shared/api/api.ts';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import type { VerbWithOptions } from '../../shared/verbs.ts';
import type { Text } from '../../shared/text/text.ts';
import { showPane } from '../state/dockStore.ts';
import { operationPane } from '../state/panes.ts';

/** The repository that something is done with, and the callbacks that tell the window about it. */
export interface StartDependencies {
  readonly api: ApiClient;
  readonly machine: MachineKey;
  readonly repository: Pick<Repository, 'guid' | 'name'>;
  readonly text: Text;
  /** Called when an Up or a Down has started. */
  readonly onStarted?: () => void;
  /** Called with the error when an attempt was refused, and with undefined when the next attempt begins. */
  readonly onRefused: (error: WireError | undefined) => void;
}

/** Starts a verb on the repository and shows the operation's log in the dock. */
export type Start = (
  asked: VerbWithOptions,
  secret?: Pick<ApiParams<'operation.start'>, 'passphrase' | 'newPassphrase' | 'remember'>,
) => void;

/** Tries something that may be refused, and reports why it was. */
type Attempt = (work: () => Promise<unknown>) => void;

/** Makes the functions that try an action and that start an operation, for one repository. */
export function createStart({ api, machine, repository, text, onStarted, onRefused }: StartDependencies): {
  readonly attempt: Attempt;
  readonly start: Start;
} {
  const attempt: Attempt = (work) => {
    onRefused(undefined);
    work().catch((reason: unknown) => onRefused(toWire(reason)));
  };
  return {
    attempt,
    start: (asked, secret = {}) =>
      attempt(async () => {
        const { verb } = asked;
        const request = { ...asked, repository: repository.guid };
        const { operation } = await api.call('operation.start', { machine, request, ...secret });
        const entry = { id: operation, machine, repository: repository.name };
        showPane(operationPane(entry, text.app.verbs[verb]));
        if (verb === 'up' || verb === 'down') onStarted?.();
      }),
  };
}
