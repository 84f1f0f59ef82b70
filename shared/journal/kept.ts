import * as z from 'zod';
import { baselineSchema } from './baseline.ts';
import type { JournalState } from './decide.ts';
import { journalEntrySchema, storyOf } from './entry.ts';
import type { JournalEntry, Moment } from './entry.ts';
import { latestLines } from './order.ts';
import { isRecent } from './stories.ts';
import type { Story } from './stories.ts';

/**
 * What is kept beside the lines of a journal: what the last look saw, the lines that it decided, and what waits to be
 * written. It is on disk before the lines are, so a writer that was killed neither forgets a line nor decides it twice.
 */
export const keptSchema = z.object({
  next: z.number().int().positive(),
  before: baselineSchema.optional(),
  lines: z.array(journalEntrySchema),
  waiting: z.array(journalEntrySchema),
});
export type Kept = z.infer<typeof keptSchema>;

/** The numbers that are left out after a reboot: lines with them may have been read, and lost by a power cut. */
const SKIPPED_AT_BOOT = 1000;

/** Returns what to keep of a state, with the lines that were decided last. */
export function keptOf({ next, before, stories }: JournalState, lines: readonly JournalEntry[]): Kept {
  const waiting = [...stories.values()].filter(({ changed, told }) => changed === true && told !== undefined);
  return {
    next,
    ...(before !== undefined && { before }),
    lines: [...lines],
    waiting: waiting.map(({ entry }) => entry),
  };
}

/**
 * Returns the state of a journal out of its newest lines and what was kept beside them, where there is any. `highest`: the
 * highest number that a line is known to have had.
 */
export function stateFrom(
  lines: readonly JournalEntry[],
  { kept, highest, now }: { kept: Kept | undefined; highest: number; now: Moment },
): JournalState {
  const stories = new Map<string, Story>();
  for (const entry of latestLines(lines)) stories.set(storyOf(entry), { entry, told: now });
  for (const entry of kept?.waiting ?? []) {
    const told = stories.get(storyOf(entry));
    if (told === undefined || told.entry.n === entry.n)
      stories.set(storyOf(entry), { entry, told: now, changed: true });
  }
  for (const [key, story] of stories) if (!isRecent(story, now)) stories.delete(key);
  const last = lines.reduce((most, { n }) => Math.max(most, n), Math.max(highest, (kept?.next ?? 1) - 1));
  const isBoot = kept?.before !== undefined && kept.before.at.boot.id === now.boot.id;
  return {
    next: last + 1 + (last === 0 || isBoot ? 0 : SKIPPED_AT_BOOT),
    stories,
    settling: new Map(),
    before: kept?.before,
  };
}
