import { EXIT, fill } from '../../shared/errors.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import { entryText } from '../../shared/journal/entryText.ts';
import { escaped } from '../../shared/plain.ts';
import { noticeText } from '../../shared/text/noticeText.ts';
import type { Text } from '../../shared/text/text.ts';
import { sendJournal } from '../journal/journalReader.ts';
import type { JournalRequest } from '../journal/journalReader.ts';
import type { Paths } from '../paths.ts';

/** The newest entries that are shown when no age is given, and the most of one. */
const NEWEST = 100;
const MOST = 10_000;

/** The mark before an entry, by how grave it is. */
const MARKS = { ok: ' ', warning: '!', error: '✗', critical: '✗' } as const;

/**
 * Shows the machine's journal, by its own clock; with `follow` what is added to it, until SIGINT. Resolves with the exit
 * code.
 */
export async function eventsByHand(
  paths: Paths,
  request: Pick<JournalRequest, 'since'> & { follow: boolean },
  text: Text,
  print: (words: string) => void,
): Promise<number> {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  const limit = request.since === undefined ? NEWEST : MOST;
  await sendJournal(
    paths,
    { ...request, limit },
    {
      entry: (entry) => {
        print(linesOf(entry, text));
        return Promise.resolve();
      },
      notice: (notice) => {
        print(`! ${escaped(noticeText(notice, text))}\n`);
        return Promise.resolve();
      },
    },
    controller.signal,
  );
  return controller.signal.aborted ? EXIT.cancelled : EXIT.succeeded;
}

function linesOf(entry: JournalEntry, text: Text): string {
  const { began, ended, count, level, lastLines = [] } = entry;
  const { what, next } = entryText(entry, text);
  const { times } = text.journal;
  const span = [timeOf(began.at, began.uncertain), ...(ended === undefined ? ['…'] : endOf(entry))].join(' ');
  const more = count > 1 ? ` (${fill(times, { count })})` : '';
  return [
    `${MARKS[level]} ${span}  ${escaped(what)}${more}`,
    ...(level === 'ok' ? [] : lastLines.map((line) => `  │ ${escaped(line)}`)),
    ...(next === '' ? [] : [`  → ${escaped(next)}`]),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function endOf({ began, ended }: JournalEntry): string[] {
  return ended === undefined || ended.at === began.at ? [] : [`- ${timeOf(ended.at, ended.uncertain)}`];
}

/** Returns a time of the machine as its clock says it, to the second; one that is not known has a mark. */
function timeOf(at: number, uncertain: number | undefined): string {
  const shown = new Date(at).toISOString().slice(0, 19).replace('T', ' ');
  return uncertain === undefined ? `${shown}Z` : `≤ ${shown}Z`;
}
