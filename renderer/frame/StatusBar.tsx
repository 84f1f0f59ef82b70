import { PanelBottom } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { Language } from '../../shared/text/languages.ts';
import { setDockOpen, useDock } from '../state/dockStore.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { languageCodes, languageNames } from '../../shared/text/languages.ts';
import { wordFor } from '../../shared/newerNames.ts';
import { useLanguageStore } from '../i18n/language.ts';
import { progressSentence, useProgress } from '../lifecycle/useProgress.ts';
import type { LogSessions } from '../logs/sessions.ts';
import { machineCondition } from '../status/condition.ts';
import { useAppState } from '../state/appState.ts';
import { countConnections, toldOperations } from '../state/overview.ts';
import { IconButton } from '../ui/Button.tsx';
import { Menu } from '../ui/Popups.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { useNow } from '../ui/useNow.ts';
import { goToOperation } from '../commands/act.ts';
import { showError } from '../commands/ErrorDialog.tsx';

/** Shows which machines are connected, and what is running. */
export function StatusBar({
  api,
  sessions,
}: {
  readonly api: ApiClient;
  readonly sessions: LogSessions;
}): ReactNode {
  const text = useText().frame;
  const { tabs, open } = useDock();
  const machines = useAppState((state) => state.machines);
  const version = useAppState((state) => state.info?.version);
  const running = toldOperations(machines).filter(({ state }) => state === 'running');
  const setup = machines.find((machine) => machine.setup?.state === 'running');
  const [newest] = running;
  return (
    <footer
      aria-label={text.status.label}
      className="flex h-[26px] shrink-0 items-center gap-4 overflow-hidden border-t bg-panel px-3 text-sm whitespace-nowrap"
    >
      <Connections api={api} />
      <div className="ml-auto flex min-w-0 items-center gap-4">
        {running.length > 1 && (
          <span className="text-muted">{fill(text.status.more, { count: running.length })}</span>
        )}
        {newest !== undefined && <RunningNow key={newest.id} operation={newest} sessions={sessions} />}
        {newest === undefined && setup !== undefined && (
          <StateMark tone="busy">{fill(text.status.setup, { machine: setup.machine.name })}</StateMark>
        )}
        <LanguageSwitch api={api} />
        {version !== undefined && <span className="text-muted">{fill(text.status.agent, { version })}</span>}
        {tabs.length > 0 && !open && (
          <IconButton
            icon={PanelBottom}
            label={text.showDock}
            keys="Mod+J"
            className="size-[22px]"
            onClick={() => setDockOpen(true)}
          />
        )}
      </div>
    </footer>
  );
}

function Connections({ api }: { readonly api: ApiClient }): ReactNode {
  const words = useText().frame.status;
  const { plural } = useFormats();
  const now = useNow();
  // A machine without its agent was reached, and is not offline: the window says elsewhere what that machine needs.
  const machines = useAppState((state) => state.machines).filter(
    (machine) => !['not-set-up', 'setting-up'].includes(machineCondition(machine)),
  );
  const { connected, connecting, retrying, offline } = countConnections(machines);
  const away = machines.filter(({ connection }) => connection.state === 'offline');
  const reconnect = (): void => {
    const calls = away.map(({ machine: { context, name } }) =>
      api.call('machine.reconnect', { machine: { context, name } }),
    );
    Promise.all(calls).catch(showError);
  };
  return (
    <div role="status" className="flex min-w-0 items-center gap-4">
      {connected > 0 && (
        <StateMark tone="ok">{fill(words.connected[plural(connected)], { count: connected })}</StateMark>
      )}
      {connecting > 0 && <StateMark tone="busy">{fill(words.connecting, { count: connecting })}</StateMark>}
      {retrying !== undefined && (
        <StateMark tone="stale">
          {fill(words.retrying, {
            count: retrying.count,
            seconds: Math.max(0, Math.ceil((retrying.retryAt - now) / 1000)),
          })}
        </StateMark>
      )}
      {offline > 0 && <StateMark tone="warn">{fill(words.offline, { count: offline })}</StateMark>}
      {away.length > 0 && (
        <button type="button" className="text-accent hover:underline" onClick={reconnect}>
          {words.reconnect}
        </button>
      )}
    </div>
  );
}

function RunningNow({
  operation,
  sessions,
}: {
  readonly operation: OperationEntry;
  readonly sessions: LogSessions;
}): ReactNode {
  const text = useText();
  const formats = useFormats();
  const progress = useProgress(sessions, operation.machine, operation.id);
  const { step, operation: plain } = text.frame.status;
  const names = { repository: operation.repository, verb: wordFor(text.app.verbs, operation.verb) };
  const sentence =
    progress === undefined ? fill(plain, names) : progressSentence(step, progress, formats, names);
  return (
    <button
      type="button"
      className="flex min-w-0 hover:underline"
      onClick={() => goToOperation(text, operation.machine, operation.id)}
    >
      <StateMark tone="busy">{sentence}</StateMark>
    </button>
  );
}

function LanguageSwitch({ api }: { readonly api: ApiClient }): ReactNode {
  const words = useText().frame.status;
  const current = useLanguageStore(({ language }) => language);
  const choose = (language: Language): void =>
    void api.call('settings.set', { change: { language } }).catch(showError);
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={fill(words.language, { language: languageNames[current] })}
          className="rounded text-muted hover:text-text"
        >
          {languageNames[current]}
        </button>
      }
      groups={[languageCodes.map((id) => ({ id, label: languageNames[id], onSelect: () => choose(id) }))]}
    />
  );
}
