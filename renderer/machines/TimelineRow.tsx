import { ChevronRight } from 'lucide-react';
import { memo, useId, useState } from 'react';
import type { ReactNode } from 'react';
import type { MachineKey, MachineState } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import { entryText } from '../../shared/journal/entryText.ts';
import { plain } from '../../shared/plain.ts';
import { openEntry } from '../commands/openEntry.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { entryTarget, levelTone } from '../status/timeline.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { classes } from '../ui/classes.ts';
import { StateShape } from '../ui/StateMark.tsx';
import { Row, Td } from '../ui/Table.tsx';
import { useAtTime } from '../ui/useNow.ts';

/** The columns of a timeline. */
const COLUMNS = 5;

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
  const { clock, number } = useFormats();
  const [isUnfolded, unfold] = useState(false);
  const details = useId();
  const { what, next } = entryText(entry, text);
  const target = entryTarget(entry, repositories === undefined ? {} : { repositories });
  const open = target && ((): void => openEntry(text, machine, target));
  const { began, count, level, lastLines = [] } = entry;
  const time = clock(began.at);
  return (
    <>
      <Row {...(open && { onClick: open })}>
        <Td className="tabular w-28 whitespace-nowrap text-muted">
          {began.uncertain === undefined ? time : fill(text.journal.before, { time })}
        </Td>
        <Td>
          <span className="flex items-start gap-2">
            <span className="pt-[3.5px]">
              <StateShape tone={levelTone(level)} label={text.health.levels[level]} />
            </span>
            <Sentence isLink={target !== undefined}>{what}</Sentence>
          </span>
        </Td>
        <Td className="whitespace-nowrap text-muted">
          {count > 1 && fill(text.journal.times, { count: number(count) })}
        </Td>
        <Td right className="text-muted">
          <Lasted entry={entry} />
        </Td>
        <Td right>
          {(next !== '' || lastLines.length > 0) && (
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
          )}
        </Td>
      </Row>
      {isUnfolded && (
        <tr id={details} className="border-b last:border-b-0">
          <td colSpan={COLUMNS} className="px-3.5 pt-1 pb-3">
            <div className="flex flex-col items-start gap-2 pl-[126px] [overflow-wrap:anywhere]">
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

/** Shows what happened. As a link it is a button, whose click reaches the row, which opens what it leads to. */
function Sentence({ isLink, children }: { readonly isLink: boolean; readonly children: string }): ReactNode {
  const look = 'min-w-0 py-1 text-left [overflow-wrap:anywhere]';
  if (!isLink) return <span className={look}>{children}</span>;
  return (
    <button type="button" className={classes(look, 'hover:underline')}>
      {children}
    </button>
  );
}

/** Shows how long something lasted, or has gone on by now; nothing for what happened at one moment. */
function Lasted({ entry: { began, ended, milliseconds } }: { readonly entry: JournalEntry }): ReactNode {
  const { goesOn } = useText().journal;
  const { duration, span } = useFormats();
  const since = useAtTime((now) =>
    ended === undefined ? span(Math.max(1, (now - began.at) / 1000)) : undefined,
  );
  if (since !== undefined) return <span className="text-text">{fill(goesOn, { span: since })}</span>;
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
