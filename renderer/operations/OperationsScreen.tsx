import { ListChecks, Search } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import { fill, toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { groupOperations } from './operationList.ts';
import type { LogSessions } from '../logs/sessions.ts';
import { Card, Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Controls.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import { Table, TableHead, Th } from '../ui/Table.tsx';
import { useAtTime } from '../ui/useNow.ts';
import { BulkCards } from './BulkCards.tsx';
import { OperationRow } from './OperationRow.tsx';
import { useOperations } from './useOperations.ts';

/** As many as fill a screen: each has its menu, and hundreds take seconds to draw. */
const AT_FIRST = 40;
const MORE = 100;

/** Running and past operations over all machines. */
export function OperationsScreen({
  api,
  sessions,
  onRepository,
}: {
  readonly api: ApiClient;
  readonly sessions: LogSessions;
  readonly onRepository: (operation: OperationEntry) => void;
}): ReactNode {
  const text = useText();
  const words = text.panes.operations;
  const { day } = useDayNames();
  const { operations, keptAside, error } = useOperations(api);
  const [filter, setFilter] = useState({ text: '', trouble: false });
  const [refused, setRefused] = useState<WireError>();
  const [limit, setLimit] = useState(AT_FIRST);
  const grouped = groupOperations(operations ?? [], filter, limit);
  const failed = (reason: unknown): void => setRefused(toWire(reason));
  const rows = (own: readonly OperationEntry[], name: string): ReactNode => (
    <OperationTable
      operations={own}
      label={name}
      api={api}
      sessions={sessions}
      onRepository={onRepository}
      onFailed={failed}
    />
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
          <SearchField
            label={words.filter}
            value={filter.text}
            onChange={(wanted) => setFilter({ ...filter, text: wanted })}
          />
        </div>
      </header>
      {(refused ?? error) !== undefined && <ErrorBlock error={(refused ?? error) as WireError} />}
      {keptAside !== undefined && (
        <p role="status" className="text-muted [overflow-wrap:anywhere]">
          {fill(words.keptAside, { file: keptAside })}
        </p>
      )}
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
      <BulkCards api={api} sessions={sessions} />
      {grouped.days.map((one) => (
        <Card key={one.day} title={day(one.day)}>
          {rows(one.operations, day(one.day))}
        </Card>
      ))}
      {grouped.older > 0 && (
        <Button className="self-center" onClick={() => setLimit(limit + MORE)}>
          {fill(words.older, { count: grouped.older })}
        </Button>
      )}
    </div>
  );
}

/** Today by its word, other days by their date. */
function useDayNames(): { day: (at: number) => string } {
  const words = useText().panes.operations;
  const { when } = useFormats();
  const today = useAtTime((now) => new Date(now).setHours(0, 0, 0, 0));
  return { day: (at) => (at === today ? words.today : when(at, today + 2 * 86_400_000)) };
}

function OperationTable({
  operations,
  label,
  api,
  sessions,
  onRepository,
  onFailed,
}: {
  readonly operations: readonly OperationEntry[];
  readonly label: string;
  readonly api: ApiClient;
  readonly sessions: LogSessions;
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
            sessions={sessions}
            onRepository={onRepository}
            onFailed={onFailed}
          />
        ))}
      </tbody>
    </Table>
  );
}
