import { ListChecks, MoreHorizontal, RotateCcw, ScrollText, Search, X } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api.ts';
import type { OperationEntry } from '../../shared/apiModel.ts';
import { fill, toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { showPane } from '../dock/dockStore.ts';
import { operationPane } from '../dock/panes.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { groupOperations } from '../lifecycle/operationList.ts';
import { verdictTone } from '../lifecycle/tones.ts';
import { Card, Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { Button, IconButton } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Controls.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { Menu } from '../ui/Popups.tsx';
import { StateMark } from '../ui/StateMark.tsx';
import { Row, Table, TableHead, Td, Th } from '../ui/Table.tsx';
import { useNow } from '../ui/useNow.ts';
import { useOperations } from './useOperations.ts';

/** Running and past operations over all machines. */
export function OperationsScreen({
  api,
  onRepository,
}: {
  readonly api: ApiClient;
  readonly onRepository: (operation: OperationEntry) => void;
}): ReactNode {
  const text = useText();
  const words = text.panes.operations;
  const { day } = useDayNames();
  const { operations, error } = useOperations(api);
  const [filter, setFilter] = useState({ text: '', trouble: false });
  const [refused, setRefused] = useState<WireError>();
  const grouped = groupOperations(operations ?? [], filter);
  const failed = (reason: unknown): void => setRefused(toWire(reason));
  const rows = (own: readonly OperationEntry[], name: string): ReactNode => (
    <OperationTable operations={own} label={name} api={api} onRepository={onRepository} onFailed={failed} />
  );
  const nothing = grouped.running.length === 0 && grouped.days.length === 0;

  return (
    <div className="flex flex-col gap-3.5">
      <header className="flex flex-wrap items-center gap-x-6 gap-y-2">
        <div>
          <h1 className="text-xl font-semibold">{words.title}</h1>
          <p className="text-muted">{words.promise}</p>
        </div>
        <div className="ml-auto flex items-center gap-4">
          <Checkbox checked={filter.trouble} onChange={(trouble) => setFilter({ ...filter, trouble })}>
            {words.trouble}
          </Checkbox>
          <label className="flex h-[32px] w-64 items-center gap-2 rounded-md border border-line-strong bg-panel px-2.5">
            <Search aria-hidden size={15} className="text-muted" />
            <input
              type="search"
              aria-label={words.filter}
              placeholder={words.filter}
              value={filter.text}
              onChange={({ target }) => setFilter({ ...filter, text: target.value })}
              className="min-w-0 flex-1 bg-transparent outline-none placeholder:text-faint"
            />
          </label>
        </div>
      </header>
      {(refused ?? error) !== undefined && <ErrorBlock error={(refused ?? error) as WireError} />}
      {operations === undefined && error === undefined && (
        <Card>
          <SkeletonRows rows={6} label={text.app.loading} />
        </Card>
      )}
      {operations !== undefined && nothing && (
        <Card>
          {operations.length === 0 ? (
            <Empty icon={ListChecks} title={words.none}>
              {words.noneHelp}
            </Empty>
          ) : (
            <Empty
              icon={Search}
              title={words.noneFound}
              action={<Button onClick={() => setFilter({ text: '', trouble: false })}>{words.clear}</Button>}
            />
          )}
        </Card>
      )}
      {grouped.running.length > 0 && (
        <Card title={words.running} detail={grouped.running.length}>
          {rows(grouped.running, words.running)}
        </Card>
      )}
      {grouped.days.map((one) => (
        <Card key={one.day} title={day(one.day)}>
          {rows(one.operations, day(one.day))}
        </Card>
      ))}
    </div>
  );
}

/** Today by its word, other days by their date. */
function useDayNames(): { day: (at: number) => string } {
  const words = useText().panes.operations;
  const { when } = useFormats();
  const now = useNow();
  const today = new Date(now).setHours(0, 0, 0, 0);
  return { day: (at) => (at === today ? words.today : when(at, now + 2 * 86_400_000)) };
}

function OperationTable({
  operations,
  label,
  api,
  onRepository,
  onFailed,
}: {
  readonly operations: readonly OperationEntry[];
  readonly label: string;
  readonly api: ApiClient;
  readonly onRepository: (operation: OperationEntry) => void;
  readonly onFailed: (error: unknown) => void;
}): ReactNode {
  const words = useText().panes.operations;
  return (
    <Table label={label}>
      <TableHead>
        <Th className="w-[20%]">{words.verdict}</Th>
        <Th className="w-[10%]">{words.what}</Th>
        <Th className="w-[20%]">{words.repository}</Th>
        <Th className="w-[12%]">{words.machine}</Th>
        <Th className="w-[14%]">{words.who}</Th>
        <Th>{words.when}</Th>
        <Th right>{words.took}</Th>
        <Th right>
          <span className="sr-only">{words.log}</span>
        </Th>
      </TableHead>
      <tbody>
        {operations.map((operation) => (
          <OperationRow
            key={operation.id}
            operation={operation}
            api={api}
            onRepository={onRepository}
            onFailed={onFailed}
          />
        ))}
      </tbody>
    </Table>
  );
}

function OperationRow({
  operation,
  api,
  onRepository,
  onFailed,
}: {
  readonly operation: OperationEntry;
  readonly api: ApiClient;
  readonly onRepository: (operation: OperationEntry) => void;
  readonly onFailed: (error: unknown) => void;
}): ReactNode {
  const text = useText();
  const words = text.panes.operations;
  const { clock, duration } = useFormats();
  const now = useNow();
  const { id, verb, repository, machine, state, startedAt, endedAt } = operation;
  const openLog = (): void => showPane(operationPane(operation, text.app.verbs[verb]));
  const running = state === 'running';
  const took = endedAt ?? (running ? now : undefined);
  const cancel = (): void => void api.call('operation.cancel', { machine, operation: id }).catch(onFailed);
  const again = async (): Promise<void> => {
    const request = { verb, repository: operation.guid ?? repository, options: {} };
    const started = await api.call('operation.start', { machine, request });
    showPane(operationPane({ ...operation, id: started.operation }, text.app.verbs[verb]));
  };
  return (
    <Row dim={state === 'unknown'}>
      <Td>
        <StateMark tone={verdictTone(state)}>{useVerdict(operation)}</StateMark>
      </Td>
      <Td className="font-semibold">{text.app.verbs[verb]}</Td>
      <Td>
        <button type="button" className="truncate hover:underline" onClick={() => onRepository(operation)}>
          {repository}
        </button>
      </Td>
      <Td className="text-muted">{machine.name}</Td>
      <Td className="max-w-40 truncate text-muted">{useWho(operation)}</Td>
      <Td className="tabular text-muted">{clock(startedAt)}</Td>
      <Td right className="text-muted">
        {took === undefined ? '–' : duration(Math.max(0, took - startedAt))}
      </Td>
      <Td right>
        <span className="inline-flex items-center gap-1">
          <Button look="quiet" small icon={ScrollText} onClick={openLog}>
            {words.log}
          </Button>
          <Menu
            trigger={<IconButton icon={MoreHorizontal} label={fill(words.more, { verb, repository })} />}
            groups={[
              running
                ? [{ id: 'cancel', label: words.cancel, icon: X, onSelect: cancel }]
                : canRunAgain(operation)
                  ? [
                      {
                        id: 'again',
                        label: words.again,
                        icon: RotateCcw,
                        onSelect: () => void again().catch(onFailed),
                      },
                    ]
                  : [],
              [{ id: 'log', label: words.log, icon: ScrollText, onSelect: openLog }],
            ]}
          />
        </span>
      </Td>
    </Row>
  );
}

/** Only what needs no answer that was given then: a passphrase, a size, a typed name. */
function canRunAgain({ verb }: OperationEntry): boolean {
  return verb === 'up' || verb === 'down' || verb === 'mount' || verb === 'unmount';
}

function useVerdict({ state, verdict }: OperationEntry): string {
  const text = useText();
  const failure = verdict?.failures?.[0]?.step;
  if (state !== 'failed' || failure === undefined) return text.app.verdicts[state];
  const step = failure.function ?? text.steps[failure.kind];
  return fill(text.panes.operations.failedIn, { step });
}

function useWho({ origin, by }: OperationEntry): string {
  const words = useText().panes.operations;
  if (origin === 'boot') return words.boot;
  if (origin === 'shutdown') return words.shutdown;
  return by ?? '';
}
