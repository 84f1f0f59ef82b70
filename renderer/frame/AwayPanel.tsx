import { History, X } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient } from '../../shared/api/api.ts';
import { keyOf } from '../../shared/api/apiModel.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { showError } from '../commands/ErrorDialog.tsx';
import { openEntry } from '../commands/openEntry.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { EntrySentence } from '../machines/EntrySentence.tsx';
import { GoesOn } from '../machines/GoesOn.tsx';
import { useAppState } from '../state/appState.ts';
import { goTo } from '../state/navigation.ts';
import { awayGroups } from '../status/awayGroups.ts';
import type { AwayGroup } from '../status/awayGroups.ts';
import { entryTarget, entryTone } from '../status/timeline.ts';
import type { ToldEntry } from '../status/timeline.ts';
import { Button } from '../ui/Button.tsx';
import { StateShape } from '../ui/StateMark.tsx';
import { useAtTime } from '../ui/useNow.ts';

/**
 * Shows what happened while nobody looked, until a person dismisses it. It stands below everything else, takes no focus and
 * covers nothing; without anything to tell it is not there.
 */
export function AwayPanel({ api }: { readonly api: ApiClient }): ReactNode {
  const words = useText().frame.away;
  const machines = useAppState((state) => state.machines);
  const [all, showAll] = useState(false);
  const missed = awayGroups(machines, { all });
  return (
    <>
      {/* A screen reader tells changes only of what was there before. */}
      <span aria-live="polite" className="sr-only">
        {missed.groups.length > 0 && words.title}
      </span>
      {missed.groups.length > 0 && <Panel api={api} missed={missed} onAll={showAll} />}
    </>
  );
}

function Panel({
  api,
  missed: { groups, shown, hidden },
  onAll,
}: {
  readonly api: ApiClient;
  readonly missed: ReturnType<typeof awayGroups>;
  readonly onAll: (all: boolean) => void;
}): ReactNode {
  const words = useText().frame.away;
  const { number, plural } = useFormats();
  const count = groups.reduce((sum, { entries, more }) => sum + entries.length + more, 0);
  const dismiss = (): void => {
    // The focus would be lost with the button.
    document.querySelector('main')?.focus();
    onAll(false);
    for (const { machine, upto } of groups) {
      const { context, name } = machine.machine;
      api.call('journal.dismiss', { machine: { context, name }, upto }).catch(showError);
    }
  };
  return (
    <section
      aria-label={words.title}
      className="animate-appear flex max-h-[34%] shrink-0 flex-col border-t bg-panel px-6 py-2.5 max-lg:px-4"
    >
      <header className="flex shrink-0 items-center gap-2.5 pb-1">
        <History aria-hidden size={15} className="shrink-0 text-muted" />
        <h2 className="font-semibold">{words.title}</h2>
        <span className="tabular text-muted">{number(count)}</span>
        <Button small look="quiet" icon={X} className="ml-auto" onClick={dismiss}>
          {words.dismiss}
        </Button>
      </header>
      <div className="flex min-h-0 flex-col gap-2 overflow-y-auto">
        {shown.map((group) => (
          <Machine key={keyOf(group.machine.machine)} group={group} />
        ))}
        {hidden > 0 && (
          <Button small look="quiet" className="-ml-2.5 self-start" onClick={() => onAll(true)}>
            {fill(words.machines[plural(hidden)], { count: hidden })}
          </Button>
        )}
      </div>
    </section>
  );
}

/** Shows what happened on one machine: what matters first, and the way to all of it. */
function Machine({ group: { machine, entries, more } }: { readonly group: AwayGroup }): ReactNode {
  const words = useText().frame.away;
  const { number, plural } = useFormats();
  const { context, name } = machine.machine;
  const toTimeline = (): void => goTo({ screen: 'machine', machine: { context, name }, part: 'timeline' });
  return (
    <div className="flex gap-x-4 max-lg:flex-col">
      <div className="flex w-36 shrink-0 flex-col items-start max-lg:w-full max-lg:flex-row max-lg:gap-3">
        <button
          type="button"
          aria-label={fill(words.of, { machine: name })}
          className="h-[24px] max-w-full truncate text-left font-semibold hover:underline"
          onClick={toTimeline}
        >
          {name}
        </button>
        {more > 0 && (
          <button
            type="button"
            aria-label={`${fill(words.more[plural(more)], { count: number(more) })}: ${name}`}
            className="h-[24px] text-muted hover:underline"
            onClick={toTimeline}
          >
            {fill(words.more[plural(more)], { count: number(more) })}
          </button>
        )}
      </div>
      <ul aria-label={name} className="flex min-w-0 flex-1 flex-col">
        {entries.map((entry) => (
          <Line key={entry.entry} entry={entry} machine={machine} onMore={toTimeline} />
        ))}
      </ul>
    </div>
  );
}

function Line({
  entry,
  machine,
  onMore,
}: {
  readonly entry: ToldEntry;
  readonly machine: MachineState;
  readonly onMore: () => void;
}): ReactNode {
  const text = useText();
  const { number, when } = useFormats();
  const { began, ended, count, level } = entry;
  const target = entryTarget(entry, machine);
  const { context, name } = machine.machine;
  const age = useAtTime((now) => when(began.at, now));
  return (
    <li className="flex min-h-[24px] items-start gap-2 leading-[24px]">
      <span className="flex h-[24px] items-center">
        <StateShape tone={entryTone(entry)} label={text.health.levels[level]} />
      </span>
      <button
        type="button"
        className="min-w-0 text-left [overflow-wrap:anywhere] hover:underline"
        onClick={() => (target === undefined ? onMore() : openEntry(text, { context, name }, target))}
      >
        <EntrySentence entry={entry} />
      </button>
      {count > 1 && (
        <span className="tabular shrink-0 text-muted">
          {`(${fill(text.journal.times, { count: number(count) })})`}
        </span>
      )}
      <span className="tabular ml-auto shrink-0 pl-3 text-muted">
        {ended === undefined ? <GoesOn since={began.at} level={level} /> : age}
      </span>
    </li>
  );
}
