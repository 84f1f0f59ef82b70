import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient, ApiParams } from '../../shared/api.ts';
import type { MachineKey } from '../../shared/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import type { Repository, Verb } from '../../shared/model.ts';
import type { VerbOptions } from '../../shared/protocol.ts';
import { showPane } from '../dock/dockStore.ts';
import { operationPane } from '../dock/panes.ts';
import { useText } from '../i18n/useText.ts';
import { ConfirmDown, ConfirmName, PassphraseDialog } from './dialogs.tsx';

/** What the actions are for: a repository on its page, or one in a list. */
export interface ActionTarget {
  readonly api: ApiClient;
  readonly machine: MachineKey;
  readonly repository: Repository;
}

/** What can be done with a repository; each shows its operation's log in the dock. */
export interface Actions {
  readonly up: () => void;
  readonly down: () => void;
  readonly cancel: () => void;
  readonly reconnect: () => void;
  readonly remove: () => void;
  readonly enableAutostart: () => void;
  readonly disableAutostart: () => void;
  /** Why the last one was refused. */
  readonly error: WireError | undefined;
  /** The question that is asked now. */
  readonly dialog: ReactNode;
}

type Asking = 'up' | 'down' | 'delete' | 'autostart-enable' | 'autostart-disable';

/** The actions of a repository with the questions that belong to them (EXPERIENCE, "Manners"). */
export function useActions(
  { api, machine: { context, name: machineName }, repository }: ActionTarget,
  onStarted: () => void = () => undefined,
): Actions {
  const text = useText();
  const [asking, setAsking] = useState<Asking>();
  const [error, setError] = useState<WireError>();
  const key = { context, name: machineName };

  const attempt = async (work: () => Promise<unknown>): Promise<void> => {
    setError(undefined);
    try {
      await work();
    } catch (reason) {
      setError(toWire(reason));
    }
  };
  const start = (
    verb: Verb,
    options: VerbOptions = {},
    secret: Pick<ApiParams<'operation.start'>, 'passphrase' | 'remember'> = {},
  ): void => {
    setAsking(undefined);
    void attempt(async () => {
      const request = { verb, repository: repository.guid, options };
      const { operation } = await api.call('operation.start', { machine: key, request, ...secret });
      const entry = { id: operation, machine: key, repository: repository.name };
      showPane(operationPane(entry, text.app.verbs[verb]));
      if (verb === 'up' || verb === 'down') onStarted();
    });
  };
  /** Without a question where none is needed: an open volume, or a passphrase that this computer remembers. */
  const up = (): void =>
    void attempt(async () => {
      if (repository.mounted) {
        start('up');
        return;
      }
      const remembered = await api.call('passphrase.remembered', { machine: key });
      if (remembered.includes(repository.guid)) start('up', { mount: true });
      else setAsking('up');
    });
  const close = (): void => setAsking(undefined);
  const names = { name: repository.name, machine: machineName };

  const dialogs: Readonly<Record<Asking, () => ReactNode>> = {
    up: () => (
      <PassphraseDialog
        {...names}
        api={api}
        title={text.panes.confirm.upTitle}
        action={text.panes.head.up}
        onClose={close}
        onConfirm={(secret) => start('up', { mount: true }, secret)}
      />
    ),
    down: () => (
      <ConfirmDown {...names} onClose={close} onConfirm={(unmount) => start('down', { unmount })} />
    ),
    delete: () => (
      <ConfirmName
        {...names}
        title={text.panes.confirm.delete}
        help={text.panes.confirm.deleteHelp}
        action={text.panes.head.delete}
        onClose={close}
        onConfirm={() => start('delete')}
      />
    ),
    'autostart-enable': () => (
      <PassphraseDialog
        {...names}
        title={text.panes.autostart.enable}
        warning={text.securityNotes.autostart}
        action={text.panes.autostart.enable}
        onClose={close}
        onConfirm={(secret) => start('autostart-enable', {}, secret)}
      />
    ),
    'autostart-disable': () => (
      <ConfirmName
        {...names}
        title={text.panes.autostart.disable}
        help={text.panes.autostart.disableHelp}
        action={text.panes.autostart.disable}
        onClose={close}
        onConfirm={() => start('autostart-disable')}
      />
    ),
  };

  return {
    up,
    down: () => setAsking('down'),
    cancel: () =>
      void attempt(async () => {
        if (repository.operation === undefined) return;
        await api.call('operation.cancel', { machine: key, operation: repository.operation.id });
      }),
    reconnect: () => void attempt(() => api.call('machine.reconnect', { machine: key })),
    remove: () => setAsking('delete'),
    enableAutostart: () => setAsking('autostart-enable'),
    disableAutostart: () => setAsking('autostart-disable'),
    error,
    dialog: asking === undefined ? null : dialogs[asking](),
  };
}
