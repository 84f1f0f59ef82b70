import { ArrowUpRight, ChevronRight, ScrollText } from 'lucide-react';
import { memo, useId, useState } from 'react';
import type { ReactNode } from 'react';
import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import { entryText } from '../../shared/journal/entryText.ts';
import { plain } from '../../shared/plain.ts';
import { openEntry } from '../commands/openEntry.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { entryTarget, entryTone } from '../status/timeline.ts';
import type { EntryTarget } from '../status/timeline.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { StateShape } from '../ui/StateMark.tsx';
import { Row, Td } from '../ui/Table.tsx';
import { EntrySentence } from './EntrySentence.tsx';
import { GoesOn } from './GoesOn.tsx';

/** Shows one entry of a machine's journal: what happened, and when; unfolded, its last lines and what to do. */
export const TimelineRow = memo(function TimelineRow({
  entry,
  machine,
  repositories,
}: {
  readonly entry: JournalEntry;
  readonly machine: MachineKey;
  readonly repositories: MachineState['repositories'];
}): ReactNode {
  const text = useText();
  const words = text.machines.timeline;
  const { clock } = useFormats();
  const [isUnfolded, unfold] = useState(false);
  const details = useId();
  const { what, next } = entryText(entry, text);
  const target = entryTarget(entry, repositories === undefined ? {} : { repositories });
  const open = target && ((): void => openEntry(text, machine, target));
  const { began, lastLines = [] } = entry;
  const time = clock(began.at);
  return (
    <>
      <Row joined={isUnfolded} {...(open && { onClick: open })}>
        <Td className="tabular whitespace-nowrap text-muted">
          <span className="inline-block min-w-[108px]">
            {began.uncertain === undefined ? time : fill(text.journal.before, { time })}
          </span>
        </Td>
        <Td className="w-full">
          <What entry={entry} isLink={target !== undefined} />
        </Td>
        <Td right className="text-muted">
          <Lasted entry={entry} />
        </Td>
        <Td right>
          <span className="flex items-center justify-end gap-1">
            {target !== undefined && <Way kind={target.kind} />}
            {next !== '' || lastLines.length > 0 ? (
              <IconButton
                icon={ChevronRight}
                label={`${words.details}: ${what}`}
                aria-expanded={isUnfolded}
                aria-controls={details}
                className={classes(isUnfolded && '[&>svg]:rotate-90')}
                onClick={(event) => {
                  // The row would open what the entry leads to.
                  event.stopPropagation();
                  unfold(!isUnfolded);
                }}
              />
            ) : (
              <span className="w-[28px]" />
            )}
          </span>
        </Td>
      </Row>
      {isUnfolded && (
        <tr id={details} className="border-b last:border-b-0">
          <td />
          <td colSpan={3} className="pr-3.5 pb-3 pl-2.5">
            <div className="flex flex-col items-start gap-2 pl-[21px] [overflow-wrap:anywhere]">
              <LastLines lines={lastLines} />
              {next !== '' && <p className="text-muted">{next}</p>}
              {target !== undefined && (
                <Button small onClick={open}>
                  {words.open[target.kind]}
                </Button>
              )}
            </div>
          </td>
        </tr>
      )}
    </>
  );
});

/**
 * Shows what happened, and how often. Where it leads somewhere it is a button, whose click reaches the row, which opens what it
 * leads to.
 */
function What({ entry, isLink }: { readonly entry: JournalEntry; readonly isLink: boolean }): ReactNode {
  const text = useText();
  const { number } = useFormats();
  const { count, level } = entry;
  const look = 'min-w-0 text-left [overflow-wrap:anywhere]';
  return (
    <span className="flex items-start gap-2 py-1">
      <span className="pt-[3.5px]">
        <StateShape tone={entryTone(entry)} label={text.health.levels[level]} />
      </span>
      <span className="min-w-0">
        {isLink ? (
          <button type="button" className={classes(look, 'hover:underline')}>
            <EntrySentence entry={entry} />
          </button>
        ) : (
          <span className={look}>
            <EntrySentence entry={entry} />
          </span>
        )}
        {count > 1 && (
          <span className="tabular whitespace-nowrap text-muted">
            {` (${fill(text.journal.times, { count: number(count) })})`}
          </span>
        )}
      </span>
    </span>
  );
}

/** Shows where a click on the row leads. The sentence is the button that does the same. */
function Way({ kind }: { readonly kind: EntryTarget['kind'] }): ReactNode {
  const { to } = useText().machines.timeline;
  const Icon = kind === 'operation' || kind === 'container' ? ScrollText : ArrowUpRight;
  return (
    <span
      aria-hidden
      className="inline-flex cursor-pointer items-center gap-2 pl-3 text-sm font-semibold text-muted max-lg:hidden xl:w-[108px]"
    >
      <Icon size={15} />
      <span className="max-xl:hidden">{to[kind]}</span>
    </span>
  );
}

/** Shows how long something lasted, or has gone on by now; nothing for what happened at one moment. */
function Lasted({
  entry: { began, ended, milliseconds, level },
}: {
  readonly entry: JournalEntry;
}): ReactNode {
  const { duration } = useFormats();
  if (ended === undefined) return <GoesOn since={began.at} level={level} />;
  return milliseconds === undefined || milliseconds < 1000 ? null : duration(milliseconds);
}

function LastLines({ lines }: { readonly lines: readonly string[] }): ReactNode {
  const words = useText().machines.timeline;
  if (lines.length === 0) return null;
  return (
    <pre
      aria-label={words.lastLines}
      className="w-full rounded-md border bg-terminal px-3 py-2 font-mono text-sm whitespace-pre-wrap"
    >
      {lines.map(plain).join('\n')}
    </pre>
  );
}
