import { MoreHorizontal, RotateCcw, ScrollText, X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { Repository } from '../../shared/model.ts';
import { stepName } from '../../shared/text/stepText.ts';
import { wordFor } from '../../shared/newerNames.ts';
import { act } from '../commands/act.ts';
import { showPane } from '../state/dockStore.ts';
import { operationPane } from '../state/panes.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { verdictTone } from '../status/tones.ts';
import { progressSentence, useProgress } from '../lifecycle/useProgress.ts';
import type { LogSessions } from '../logs/sessions.ts';
import { useMachine } from '../state/appState.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Menu } from '../ui/Popups.tsx';
import type { MenuEntry } from '../ui/Popups.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { Row, Td } from '../ui/Table.tsx';
import { useAtTime } from '../ui/useNow.ts';

/** Shows one operation: how it went, its log, and what else can be done with it. */
export function OperationRow({
  operation,
  api,
  sessions,
  onRepository,
  onFailed,
}: {
  readonly operation: OperationEntry;
  readonly api: ApiClient;
  readonly sessions: LogSessions;
  readonly onRepository: (operation: OperationEntry) => void;
  readonly onFailed: (error: unknown) => void;
}): ReactNode {
  const text = useText();
  const words = text.panes.operations;
  const { clock, duration } = useFormats();
  const { verb, repository, machine, state, startedAt, endedAt, clock: doubt } = operation;
  const openLog = (): void => showPane(operationPane(operation, wordFor(text.app.verbs, verb)));
  const took = useAtTime((now) => {
    const until = endedAt ?? (state === 'running' ? now : undefined);
    return until === undefined ? '–' : duration(Math.max(0, until - startedAt));
  });
  return (
    <Row dim={state === 'unknown'}>
      <Td>
        <StateMark tone={verdictTone(state)}>{useVerdict(operation, sessions)}</StateMark>
      </Td>
      <Td className="font-semibold">{wordFor(text.app.verbs, verb)}</Td>
      <Td>
        <button type="button" className="truncate hover:underline" onClick={() => onRepository(operation)}>
          {repository}
        </button>
      </Td>
      <Td className="text-muted">{machine.name}</Td>
      <Td className="max-w-40 truncate text-muted">{useWho(operation)}</Td>
      <Td className="tabular text-muted">
        {clock(startedAt)}
        {doubt !== undefined && (
          <abbr className="ml-1 cursor-help text-warn" title={text.clockDoubts[doubt]}>
            ?
          </abbr>
        )}
      </Td>
      <Td right className="text-muted">
        {took}
      </Td>
      <Td right>
        <span className="inline-flex items-center gap-1">
          <Button look="quiet" small icon={ScrollText} onClick={openLog}>
            {words.log}
          </Button>
          <MoreMenu operation={operation} api={api} onLog={openLog} onFailed={onFailed} />
        </span>
      </Td>
    </Row>
  );
}

/** Shows a button with a menu of what can be done: cancel what runs, run again what is over, open the log. */
function MoreMenu({
  operation,
  api,
  onLog,
  onFailed,
}: {
  readonly operation: OperationEntry;
  readonly api: ApiClient;
  readonly onLog: () => void;
  readonly onFailed: (error: unknown) => void;
}): ReactNode {
  const text = useText();
  const words = text.panes.operations;
  const { id, verb, repository, machine, state } = operation;
  const action = actionAgain(operation);
  const again = useRepository(operation);
  const cancel = (): void => void api.call('operation.cancel', { machine, operation: id }).catch(onFailed);
  const choices = (): MenuEntry[] => {
    if (state === 'running') return [{ id: 'cancel', label: words.cancel, icon: X, onSelect: cancel }];
    if (action === undefined || again === undefined) return [];
    const run = (): void => act(api, text, { machine, guid: again.guid, action });
    return [{ id: 'again', label: words.again, icon: RotateCcw, onSelect: run }];
  };
  return (
    <Menu
      trigger={<IconButton icon={MoreHorizontal} label={fill(words.more, { verb, repository })} />}
      groups={[choices(), [{ id: 'log', label: words.log, icon: ScrollText, onSelect: onLog }]]}
    />
  );
}

/**
 * Returns the action behind "run again"; undefined for a verb that would not mean the same a second time. The action
 * asks its questions anew, as it may need other answers now: a volume closed since then needs its passphrase.
 */
function actionAgain({ verb }: OperationEntry): 'up' | 'down' | undefined {
  const actions = ['up', 'down'] as const;
  return actions.find((action) => action === verb);
}

/** Returns the repository as it is now; undefined when it is gone or its machine is not shown. */
function useRepository({ machine, guid, repository }: OperationEntry): Repository | undefined {
  return useMachine(machine)?.repositories?.find((one) => one.guid === guid || one.name === repository);
}

/** Returns the step that runs, or how the operation ended, in words. */
function useVerdict({ id, machine, state, verdict }: OperationEntry, sessions: LogSessions): string {
  const text = useText();
  const formats = useFormats();
  const progress = useProgress(sessions, machine, state === 'running' ? id : undefined);
  const words = text.panes.operations;
  if (progress !== undefined) return progressSentence(words.step, progress, formats);
  const failure = verdict?.failures?.[0]?.step;
  if (state !== 'failed' || failure === undefined) return text.app.verdicts[state];
  return fill(words.failedIn, { step: stepName(failure, text) });
}

/** Returns who started an operation: a person, or the machine's boot or shutdown. */
function useWho({ origin, by }: OperationEntry): string {
  const words = useText().panes.operations;
  if (origin === 'boot') return words.boot;
  if (origin === 'shutdown') return words.shutdown;
  return by ?? '';
}
