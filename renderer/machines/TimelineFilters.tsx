import type { ReactNode } from 'react';
import type { MachineState } from '../../shared/api/apiModel.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import { useText } from '../i18n/useText.ts';
import { repositoriesOf } from '../status/timeline.ts';
import type { TimelineFilter } from '../status/timeline.ts';
import { Select } from '../ui/Controls.tsx';

const DAY = 86_400_000;

/** How far back a timeline goes, milliseconds. */
export const PERIODS = { all: undefined, day: DAY, week: 7 * DAY } as const;
export type Period = keyof typeof PERIODS;

const LEVELS = ['ok', 'warning', 'error'] as const satisfies readonly TimelineFilter['level'][];

/** Shows what narrows a timeline: the repository, the level and the period. */
export function TimelineFilters({
  filter,
  period,
  repositories = [],
  entries,
  onFilter,
  onPeriod,
}: {
  readonly filter: TimelineFilter;
  readonly period: Period;
  readonly repositories: MachineState['repositories'];
  /** The entries, which may be about repositories that are gone. */
  readonly entries: readonly JournalEntry[];
  readonly onFilter: (filter: TimelineFilter) => void;
  readonly onPeriod: (period: Period) => void;
}): ReactNode {
  const words = useText().machines.timeline;
  const { level, repository } = filter;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select
        label={words.repository}
        value={repository}
        options={[
          { value: 'all', label: words.allRepositories },
          { value: 'machine', label: words.itself },
          ...repositoriesOf(repositories, entries).map(({ guid, name }) => ({ value: guid, label: name })),
        ]}
        onChange={(chosen) => onFilter({ level, repository: chosen })}
      />
      <Select
        label={words.level}
        value={level}
        options={LEVELS.map((value) => ({ value, label: words.levels[value] }))}
        onChange={(chosen) => onFilter({ level: chosen, repository })}
      />
      <Select
        label={words.period}
        value={period}
        options={(['all', 'week', 'day'] as const).map((value) => ({ value, label: words.periods[value] }))}
        onChange={onPeriod}
      />
    </div>
  );
}
