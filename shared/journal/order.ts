import { HEALTH_LEVELS } from '../health.ts';
import type { JournalEntry } from './entry.ts';

/**
 * Compares two entries for a list in which what matters comes first: what goes on and is not well, then the graver one,
 * then the newer one.
 */
export function mattersFirst(a: JournalEntry, b: JournalEntry): number {
  const weight = (entry: JournalEntry): number => HEALTH_LEVELS.indexOf(entry.level);
  const isOpen = (entry: JournalEntry): number => Number(entry.ended === undefined && entry.level !== 'ok');
  return isOpen(b) - isOpen(a) || weight(b) - weight(a) || b.entry - a.entry;
}

/** Keeps the last line of each entry, in the order in which the entries began. */
export function latestLines(lines: Iterable<JournalEntry>): JournalEntry[] {
  const entries = new Map<number, JournalEntry>();
  for (const line of lines) {
    const known = entries.get(line.entry);
    if (known === undefined || known.n <= line.n) entries.set(line.entry, line);
  }
  return [...entries.values()].sort((a, b) => a.entry - b.entry);
}
