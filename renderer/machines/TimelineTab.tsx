import { History, Search } from 'lucide-react';
import { useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { JOURNAL_MOST } from '../../shared/api/api.ts';
import type { ApiClient } from '../../shared/api/api.ts';
import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import { showError } from '../commands/ErrorDialog.tsx';
import { useText } from '../i18n/useText.ts';
import { Notices } from '../repository/Notices.tsx';
import { useDayNames } from '../screens/useDayNames.ts';
import { entriesByDay, EVERYTHING, filterEntries } from '../status/timeline.ts';
import { Card, Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { Table, TableHead, Th } from '../ui/Table.tsx';
import { NoJournal } from './NoJournal.tsx';
import { PERIODS, TimelineFilters } from './TimelineFilters.tsx';
import type { Period } from './TimelineFilters.tsx';
import { TimelineRow } from './TimelineRow.tsx';
import { useJournal } from './useJournal.ts';

/** The entries that are read at first, and the rows that are shown: a screen or two; more when a person asks for older ones. */
const READ_AT_FIRST = 100;
const ROWS_AT_FIRST = 50;
const MORE_ROWS = 100;

/** Shows what happened on a machine, the newest first, as its journal has it. */
export function TimelineTab({
  api,
  machine,
}: {
  readonly api: ApiClient;
  readonly machine: MachineState;
}): ReactNode {
  const text = useText();
  const words = text.machines.timeline;
  const [filter, setFilter] = useState(EVERYTHING);
  const [period, setPeriod] = useState<Period>('all');
  const [rows, setRows] = useState(ROWS_AT_FIRST);
  const [limit, setLimit] = useState(READ_AT_FIRST);
  const { page, error, isReading } = useJournal(api, machine, { limit, since: PERIODS[period] });
  const entries = useMemo(() => filterEntries(page?.entries ?? [], filter), [page, filter]);
  const { context, name } = machine.machine;
  const retry = (): void =>
    void api.call('machine.reconnect', { machine: { context, name } }).catch(showError);
  const clear = (): void => {
    setFilter(EVERYTHING);
    setPeriod('all');
  };
  const older = (): void => {
    const wanted = rows + MORE_ROWS;
    setRows(wanted);
    if (wanted > entries.length && page?.older === true) setLimit(Math.min(2 * limit, JOURNAL_MOST));
  };
  if (page === undefined && error === undefined)
    return <NoJournal api={api} machine={machine} onRetry={retry} />;
  // There is nothing to narrow.
  const isEmpty = page?.entries.length === 0 && period === 'all';
  const failure = machine.journal?.error ?? error;
  const mayHaveOlder = entries.length > rows || (page?.older === true && limit < JOURNAL_MOST);
  return (
    <div className="flex flex-col gap-3.5">
      {!isEmpty && (
        <TimelineFilters
          {...{ filter, period, entries: page?.entries ?? [], repositories: machine.repositories }}
          onFilter={setFilter}
          onPeriod={setPeriod}
        />
      )}
      {failure !== undefined && (
        <ErrorBlock error={failure} action={<Button onClick={retry}>{words.again}</Button>} />
      )}
      {page !== undefined && <Notices notices={page.notices} />}
      {page !== undefined && entries.length === 0 && <Nothing isFiltered={!isEmpty} onClear={clear} />}
      <Days entries={entries.slice(0, rows)} machine={machine} />
      {isReading && (
        <Card>
          <SkeletonRows rows={3} label={text.app.loading} />
        </Card>
      )}
      {mayHaveOlder && (
        <Button className="self-center" disabled={isReading} onClick={older}>
          {words.older}
        </Button>
      )}
    </div>
  );
}

/** Shows entries, a card for each day. */
function Days({
  entries,
  machine,
}: {
  readonly entries: readonly JournalEntry[];
  readonly machine: MachineState;
}): ReactNode {
  const words = useText().machines.timeline;
  const { day } = useDayNames();
  const { context, name } = machine.machine;
  const key: MachineKey = useMemo(() => ({ context, name }), [context, name]);
  const days = useMemo(() => entriesByDay(entries), [entries]);
  return days.map((one, at) => (
    <Card key={`${one.day} ${one.entries[0]?.entry ?? 0}`} title={day(one.day)} className="shrink-0">
      <Table label={day(one.day)}>
        <TableHead unseen={at > 0}>
          <Th>{words.when}</Th>
          <Th>{words.what}</Th>
          <Th right>{words.lasted}</Th>
          <Th right>
            <span className="sr-only">{words.details}</span>
          </Th>
        </TableHead>
        <tbody>
          {one.entries.map((entry) => (
            <TimelineRow key={entry.entry} entry={entry} machine={key} repositories={machine.repositories} />
          ))}
        </tbody>
      </Table>
    </Card>
  ));
}

/** Shows that nothing happened, or that nothing passes the filter, and what clears it. */
function Nothing({
  isFiltered,
  onClear,
}: {
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}): ReactNode {
  const words = useText().machines.timeline;
  return (
    <Card>
      {isFiltered ? (
        <Empty
          icon={Search}
          title={words.noneFound}
          action={<Button onClick={onClear}>{words.clear}</Button>}
        />
      ) : (
        <Empty icon={History} title={words.none}>
          {words.noneHelp}
        </Empty>
      )}
    </Card>
  );
}
