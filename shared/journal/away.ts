import * as z from 'zod';
import { journalEntrySchema } from './entry.ts';
import type { JournalEntry } from './entry.ts';
import { mattersFirst } from './order.ts';

/**
 * What a person has seen of a machine's journal. `known`: the highest number of a line that was read for them. `unseen`: the
 * lines up to it that they have not seen, as ranges from a first to a last number, in order.
 */
export const seenSchema = z.object({
  known: z.number().int().nonnegative(),
  unseen: z.array(z.tuple([z.number().int(), z.number().int()])),
});
export type Seen = z.infer<typeof seenSchema>;

/** The most ranges that are kept. Beyond them the oldest two become one, and what was seen between them is told again. */
const MOST_RANGES = 50;

/** The entries that are handed on of those that wait to be told; the others are counted. */
export const AWAY_KEPT = 20;

/** An entry that waits to be told, without its last lines. */
const awayEntrySchema = journalEntrySchema.omit({ lastLines: true });

/** What happened on a machine while a person was away, until they dismiss it. */
export const awaySchema = z.object({
  /** What matters first, AWAY_KEPT at most. */
  entries: z.array(awayEntrySchema),
  /** How many entries there are. */
  count: z.number().int().nonnegative(),
  /** The number of a line: dismissing up to it dismisses these entries as they are here, and nothing that comes later. */
  upto: z.number().int().nonnegative(),
});
export type Away = z.infer<typeof awaySchema>;

/** Tells whether a line was not seen. */
export function isUnseen({ unseen }: Seen, n: number): boolean {
  return unseen.some(([from, to]) => from <= n && n <= to);
}

/**
 * Returns what a person has seen once the lines of a reading were read for them, who was away. Of a journal that they have never
 * looked at, or that begins anew, everything counts as seen: nobody knows since when they were away.
 */
export function afterReading(seen: Seen | undefined, lines: readonly Pick<JournalEntry, 'n'>[]): Seen {
  const highest = lines.reduce((most, { n }) => Math.max(most, n), 0);
  if (seen === undefined || highest < seen.known) return { known: highest, unseen: [] };
  return highest === seen.known ? seen : withUnseen(seen, highest);
}

/**
 * Returns what a person has seen once a line came while they were connected. `looked`: whether somebody looked at a window.
 * `before`: the line of the same entry before, if any; one that waits to be told goes on waiting as it is now.
 */
export function afterLine(
  seen: Seen,
  { n }: Pick<JournalEntry, 'n'>,
  { looked, before }: { looked: boolean; before: Pick<JournalEntry, 'n'> | undefined },
): Seen {
  if (n <= seen.known) return seen;
  if (!looked) return withUnseen(seen, n);
  const waits = before !== undefined && isUnseen(seen, before.n);
  return { known: n, unseen: waits ? bounded([...seen.unseen, [n, n]]) : seen.unseen };
}

/** Returns what a person has seen once they dismissed everything up to a line. */
export function afterDismissal({ known, unseen }: Seen, upto: number): Seen {
  return {
    known,
    unseen: unseen.flatMap(([from, to]): Seen['unseen'] =>
      to <= upto ? [] : [[Math.max(from, upto + 1), to]],
    ),
  };
}

/** Returns what there is to tell of the entries that are known: nothing of what a person, or nobody, has seen before. */
export function awayOf(entries: Iterable<JournalEntry>, seen: Seen): Away {
  const told = [...entries].filter((entry) => isUnseen(seen, entry.n) && isNews(entry)).sort(mattersFirst);
  return {
    entries: told.slice(0, AWAY_KEPT).map((entry) => awayEntrySchema.parse(entry)),
    count: told.length,
    upto: seen.known,
  };
}

/** Tells whether a person wants to hear of an entry: an operation that went well is what they expect. */
function isNews({ kind, level }: JournalEntry): boolean {
  return level !== 'ok' || kind !== 'operation-ended';
}

/** Adds the lines after the known ones, up to `n`, to those that were not seen. */
function withUnseen({ known, unseen }: Seen, n: number): Seen {
  const last = unseen.at(-1);
  // Nothing was seen in between: it is one range.
  if (last?.[1] === known) return { known: n, unseen: [...unseen.slice(0, -1), [last[0], n]] };
  return { known: n, unseen: bounded([...unseen, [known + 1, n]]) };
}

function bounded(unseen: Seen['unseen']): Seen['unseen'] {
  const [first, second, ...others] = unseen;
  if (unseen.length <= MOST_RANGES || first === undefined || second === undefined) return unseen;
  return [[first[0], second[1]], ...others];
}
