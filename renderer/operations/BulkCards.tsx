import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { Bulk } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { stepName } from '../../shared/text/stepText.ts';
import { itemState, itemTone } from '../bulk/bulkView.ts';
import { showError } from '../commands/ErrorDialog.tsx';
import { showPane } from '../state/dockStore.ts';
import { operationPane } from '../state/panes.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { progressSentence, useProgress } from '../lifecycle/useProgress.ts';
import type { LogSessions } from '../logs/sessions.ts';
import { useAppState } from '../state/appState.ts';
import { Card } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { StateMark } from '../ui/StateMark.tsx';

type Item = Bulk['items'][number];

/** Shows each bulk operation that runs now, with the state of every repository in it. */
export function BulkCards({
  api,
  sessions,
}: {
  readonly api: ApiClient;
  readonly sessions: LogSessions;
}): ReactNode {
  const bulks = useAppState((state) => state.bulks);
  return bulks
    .filter(({ endedAt }) => endedAt === undefined)
    .map((bulk) => <BulkCard key={bulk.bulk} bulk={bulk} api={api} sessions={sessions} />);
}

function BulkCard({
  bulk: { bulk, request, items, cancelled },
  api,
  sessions,
}: {
  readonly bulk: Bulk;
  readonly api: ApiClient;
  readonly sessions: LogSessions;
}): ReactNode {
  const text = useText();
  const words = text.panes.operations;
  const { list, plural } = useFormats();
  const where = list(request.machines.map(({ name }) => name));
  const count = fill(words.bulkCount[plural(items.length)], { count: items.length });
  const order =
    request.concurrency === undefined
      ? words.bulkInOrder
      : fill(words.bulkAtOnce, { count: request.concurrency });
  return (
    <Card
      title={fill(text.machines.bulk.titles[request.verb], { where })}
      detail={`${order} · ${count}`}
      actions={
        <Button
          small
          icon={X}
          disabled={cancelled}
          onClick={() => void api.call('bulk.cancel', { bulk }).catch(showError)}
        >
          {words.bulkCancel}
        </Button>
      }
    >
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(150px,1fr))] gap-2 p-3.5">
        {items.map((item) => (
          <BulkTile
            key={`${item.machine.name} ${item.guid}`}
            item={item}
            verb={text.app.verbs[request.verb]}
            sessions={sessions}
          />
        ))}
      </ul>
    </Card>
  );
}

/** Shows one repository of a bulk operation; once its operation exists, a click opens the log. */
function BulkTile({
  item,
  verb,
  sessions,
}: {
  readonly item: Item;
  readonly verb: string;
  readonly sessions: LogSessions;
}): ReactNode {
  const text = useText();
  const { duration } = useFormats();
  const { machine, repository, operation, milliseconds } = item;
  const word = useItemWord(item, sessions);
  const tone = itemTone(item);
  const content = (
    <>
      <span className="truncate font-semibold">{repository}</span>
      <StateMark tone={tone}>{word}</StateMark>
      <span className="tabular text-sm text-muted">
        {milliseconds === undefined ? '\u00a0' : duration(milliseconds)}
      </span>
    </>
  );
  const look = classes(
    'flex w-full min-w-0 flex-col items-start rounded-md border px-2.5 py-1.5 text-left',
    tone === 'fail' && 'border-fail bg-fail-soft',
    tone === 'busy' && 'border-accent bg-accent-soft',
    tone !== 'fail' && tone !== 'busy' && 'bg-raised',
  );
  if (operation === undefined) return <li className={look}>{content}</li>;
  return (
    <li>
      <button
        type="button"
        aria-label={fill(text.frame.marks.repository, { name: repository, state: word })}
        className={classes(look, 'hover:brightness-105')}
        onClick={() => showPane(operationPane({ id: operation, machine, repository }, verb))}
      >
        {content}
      </button>
    </li>
  );
}

/** Returns the step that runs, or how the operation ended, in words. */
function useItemWord(item: Item, sessions: LogSessions): string {
  const text = useText();
  const formats = useFormats();
  const state = itemState(item);
  const progress = useProgress(sessions, item.machine, state === 'running' ? item.operation : undefined);
  const words = text.panes.operations;
  if (progress !== undefined) return progressSentence(words.step, progress, formats);
  if (state === 'waiting' || state === 'running' || state === 'not-begun')
    return text.machines.bulk.states[state];
  const step = item.verdict?.failures[0]?.step;
  if (state !== 'failed' || step === undefined) return text.app.verdicts[state];
  return fill(words.failedIn, { step: stepName(step, text) });
}
