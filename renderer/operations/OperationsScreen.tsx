import { ListChecks, Search } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import type { OperationEntry } from '../../shared/api/apiModel.ts';
import { describeError, fill, fromWire, toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { useText } from '../i18n/useText.ts';
import { groupOperations } from './operationList.ts';
import type { OperationFilter } from './operationList.ts';
import type { LogSessions } from '../logs/sessions.ts';
import { useDayNames } from '../screens/useDayNames.ts';
import { Card, Empty, SkeletonRows } from '../ui/Blocks.tsx';
import { Button } from '../ui/Button.tsx';
import { Checkbox } from '../ui/Controls.tsx';
import { ErrorBlock } from '../ui/ErrorBlock.tsx';
import { ScreenHead } from '../ui/ScreenHead.tsx';
import { SearchField } from '../ui/SearchField.tsx';
import { BulkCards } from './BulkCards.tsx';
import { OperationTable } from './OperationTable.tsx';
import { useOperations } from './useOperations.ts';

/** Past operations that are shown at first: a screen full, as each has a menu and hundreds take seconds to draw. */
const AT_FIRST = 40;
/** Past operations that are shown in addition when a person asks for older ones. */
const MORE = 100;

const NO_FILTER: OperationFilter = { text: '', trouble: false };

/** Shows running and past operations of all machines. */
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
  const { operations, unreadable = [], keptAside, error } = useOperations(api);
  const [filter, setFilter] = useState(NO_FILTER);
  const [refused, setRefused] = useState<WireError>();
  const [limit, setLimit] = useState(AT_FIRST);
  const grouped = groupOperations(operations ?? [], filter, limit);
  const table = { api, sessions, onRepository, onFailed: (reason: unknown) => setRefused(toWire(reason)) };
  const nothing = grouped.running.length === 0 && grouped.days.length === 0;

  return (
    <div className="flex flex-col gap-3.5">
      <Head filter={filter} onFilter={setFilter} />
      {(refused ?? error) !== undefined && <ErrorBlock error={(refused ?? error) as WireError} />}
      {keptAside !== undefined && (
        <p role="status" className="text-muted [overflow-wrap:anywhere]">
          {fill(words.keptAside, { file: keptAside })}
        </p>
      )}
      {unreadable.map(({ id, machine, error: reason }) => (
        <p key={`${keyOf(machine)}/${id}`} role="status" className="text-muted [overflow-wrap:anywhere]">
          {`${machine.name}: ${describeError(fromWire(reason), text).message}`}
        </p>
      ))}
      {operations === undefined && error === undefined && (
        <Card>
          <SkeletonRows rows={6} label={text.app.loading} />
        </Card>
      )}
      {operations !== undefined && nothing && (
        <NoOperations filtered={operations.length > 0} onClear={() => setFilter(NO_FILTER)} />
      )}
      {grouped.running.length > 0 && (
        <Card title={words.running} detail={grouped.running.length}>
          <OperationTable {...table} operations={grouped.running} label={words.running} />
        </Card>
      )}
      <BulkCards api={api} sessions={sessions} />
      {grouped.days.map((one) => (
        <Card key={one.day} title={day(one.day)}>
          <OperationTable {...table} operations={one.operations} label={day(one.day)} />
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

/** Shows the screen's title and the filter. */
function Head({
  filter,
  onFilter,
}: {
  readonly filter: OperationFilter;
  readonly onFilter: (filter: OperationFilter) => void;
}): ReactNode {
  const words = useText().panes.operations;
  return (
    <ScreenHead title={words.title} about={words.promise}>
      <Checkbox checked={filter.trouble} onChange={(trouble) => onFilter({ ...filter, trouble })}>
        {words.trouble}
      </Checkbox>
      <SearchField
        label={words.filter}
        value={filter.text}
        onChange={(wanted) => onFilter({ ...filter, text: wanted })}
      />
    </ScreenHead>
  );
}

/** Shows that there are no operations, or none that pass the filter and what clears it. */
function NoOperations({
  filtered,
  onClear,
}: {
  readonly filtered: boolean;
  readonly onClear: () => void;
}): ReactNode {
  const words = useText().panes.operations;
  return (
    <Card>
      {!filtered ? (
        <Empty icon={ListChecks} title={words.none}>
          {words.noneHelp}
        </Empty>
      ) : (
        <Empty
          icon={Search}
          title={words.noneFound}
          action={<Button onClick={onClear}>{words.clear}</Button>}
        />
      )}
    </Card>
  );
}
