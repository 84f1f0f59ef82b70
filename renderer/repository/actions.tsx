import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import type { Repository } from '../../shared/model.ts';
import { showDialog } from '../state/dialogs.ts';
import { ConfirmDown, ConfirmName, PassphraseDialog } from './dialogs.tsx';
import { createStart } from './start.ts';
import type { Start, StartDependencies } from './start.ts';

/** The actions of a repository. Each that starts an operation shows its log in the dock. */
export interface Actions {
  readonly up: () => void;
  readonly down: () => void;
  readonly cancel: () => void;
  readonly reconnect: () => void;
  readonly remove: () => void;
  readonly enableAutostart: () => void;
  readonly disableAutostart: () => void;
}

/** The repository that the actions are for, on its own page or in a list. */
export interface ActionTarget {
  readonly api: ApiClient;
  readonly machine: MachineKey;
  readonly repository: Pick<Repository, 'guid' | 'name' | 'mounted' | 'operation'>;
}

interface ActionDependencies extends StartDependencies, ActionTarget {
  readonly repository: ActionTarget['repository'];
}

/**
 * Makes the actions of a repository, with the questions that belong to them
 * (docs/decisions/questions-before-actions.md).
 */
export function repositoryActions(dependencies: ActionDependencies): Actions {
  const { api, machine, repository } = dependencies;
  const { attempt, start } = createStart(dependencies);
  return {
    up: () => attempt(() => startUp(dependencies, start)),
    cancel: () =>
      attempt(async () => {
        const { operation } = repository;
        if (operation !== undefined) await api.call('operation.cancel', { machine, operation: operation.id });
      }),
    reconnect: () => attempt(() => api.call('machine.reconnect', { machine })),
    ...askedFirst(dependencies, start),
  };
}

/** Starts an Up. It asks for the passphrase, unless the volume is open or this computer remembers the passphrase. */
async function startUp({ api, machine, repository, text }: ActionDependencies, start: Start): Promise<void> {
  if (repository.mounted) {
    start({ verb: 'up', options: {} });
    return;
  }
  const remembered = await api.call('passphrase.remembered', { machine });
  const kept = remembered.find(({ guid }) => guid === repository.guid);
  if (kept !== undefined && kept.withheld === undefined) {
    start({ verb: 'up', options: { mount: true } });
    return;
  }
  showDialog((close) => (
    <PassphraseDialog
      name={repository.name}
      machine={machine.name}
      api={api}
      title={text.panes.confirm.upTitle}
      {...(kept?.withheld !== undefined && { note: text.panes.confirm.withheld[kept.withheld] })}
      action={text.panes.head.up}
      onClose={close}
      onConfirm={(secret) => {
        close();
        start({ verb: 'up', options: { mount: true } }, secret);
      }}
    />
  ));
}

/** Makes the actions that are never done without a question. */
function askedFirst(
  { machine, repository, text }: ActionDependencies,
  start: Start,
): Pick<Actions, 'down' | 'remove' | 'enableAutostart' | 'disableAutostart'> {
  const { confirm, head, autostart } = text.panes;
  const names = { name: repository.name, machine: machine.name };
  const down = (close: () => void, unmount: boolean): void => {
    close();
    start({ verb: 'down', options: { unmount } });
  };
  /** Shows the question before an action for which the repository's name has to be typed. */
  const askName = (
    verb: 'delete' | 'autostart-disable',
    words: { title: string; help: string; action: string },
  ): void =>
    void showDialog((close) => (
      <ConfirmName
        {...names}
        {...words}
        onClose={close}
        onConfirm={() => {
          close();
          start({ verb, options: {} });
        }}
      />
    ));
  return {
    down: () =>
      void showDialog((close) => (
        <ConfirmDown {...names} onClose={close} onConfirm={(unmount) => down(close, unmount)} />
      )),
    remove: () => askName('delete', { title: confirm.delete, help: confirm.deleteHelp, action: head.delete }),
    disableAutostart: () =>
      askName('autostart-disable', {
        title: autostart.disable,
        help: autostart.disableHelp,
        action: autostart.disable,
      }),
    enableAutostart: () =>
      void showDialog((close) => (
        <PassphraseDialog
          {...names}
          title={autostart.enable}
          warning={text.securityNotes.autostart}
          action={autostart.enable}
          onClose={close}
          onConfirm={(secret) => {
            close();
            start({ verb: 'autostart-enable', options: {} }, secret);
          }}
        />
      )),
  };
}
