import { Play, RefreshCw, Square, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { assertNever, fill } from '../../shared/errors.ts';
import type { RepositoryState } from '../../shared/model.ts';
import { fittingAction } from '../../shared/repositoryAction.ts';
import { repositoryTone } from '../../shared/tone.ts';
import { wordFor } from '../../shared/newerNames.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { progressSentence, useProgress } from '../lifecycle/useProgress.ts';
import { shownState } from '../status/condition.ts';
import { Button } from '../ui/Button.tsx';
import { Switch } from '../ui/Controls.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { useNow } from '../ui/useNow.ts';
import type { RepositoryProps } from './props.ts';
import type { Actions } from './actions.tsx';

/** Shows a repository's name, its state, its figures and the action that fits. */
export function RepositoryHead({
  sessions,
  machine,
  repository,
  actions,
}: RepositoryProps & { readonly actions: Actions }): ReactNode {
  const text = useText();
  const words = text.panes.head;
  const formats = useFormats();
  const { sizePair, size, age } = formats;
  const now = useNow();
  const offline = machine.connection.state === 'offline';
  const state = shownState(machine, repository);
  const { operation, autostart, used } = repository;
  const busy = state === 'busy' ? operation : undefined;
  const progress = useProgress(sessions, machine.machine, busy?.id);
  const word = busy === undefined ? text.app.states[state] : wordFor(text.app.working, busy.verb);
  const pair = used === undefined ? undefined : sizePair(used, repository.size);
  return (
    <header className="flex flex-col gap-1">
      <div className="flex items-center gap-3">
        <h1 className="min-w-0 truncate text-xl font-semibold">{repository.name}</h1>
        <div className="ml-auto flex shrink-0 gap-2">
          <FittingButton state={state} actions={actions} />
        </div>
      </div>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-muted">
        <StateMark tone={repositoryTone(state)}>
          {progress === undefined ? word : progressSentence(words.step, progress, formats, { state: word })}
        </StateMark>
        <span>{machine.machine.name}</span>
        <span>
          {words.network} <b className="tabular font-semibold text-text">{repository.networkId}</b>
        </span>
        <span className="font-mono text-sm">{repository.path}</span>
        <span className="tabular">
          {pair === undefined ? size(repository.size) : fill(words.of, { used: pair.part, size: pair.whole })}
        </span>
        <span className="inline-flex items-center gap-2">
          {words.autostart}
          <Switch
            on={autostart.enabled}
            label={words.autostart}
            disabled={offline || operation !== undefined}
            onChange={(on) => (on ? actions.enableAutostart() : actions.disableAutostart())}
          />
        </span>
      </div>
      {offline && machine.lastSeen !== undefined && (
        <p className="text-stale">{fill(words.stale, { age: age(now - machine.lastSeen) })}</p>
      )}
    </header>
  );
}

function FittingButton({
  state,
  actions,
}: {
  readonly state: RepositoryState;
  readonly actions: Actions;
}): ReactNode {
  const words = useText().panes.head;
  const action = fittingAction({ state });
  switch (action) {
    case 'up':
      return (
        <Button look="primary" icon={Play} onClick={actions.up}>
          {words.up}
        </Button>
      );
    case 'down':
      return (
        <>
          <Button icon={Play} onClick={actions.up}>
            {words.up}
          </Button>
          <Button icon={Square} onClick={actions.down}>
            {words.down}
          </Button>
        </>
      );
    case 'cancel':
      return (
        <Button icon={X} onClick={actions.cancel}>
          {words.cancel}
        </Button>
      );
    case 'reconnect':
      return (
        <Button icon={RefreshCw} onClick={actions.reconnect}>
          {words.reconnect}
        </Button>
      );
    case 'inspect':
      return null;
    default:
      return assertNever(action);
  }
}
