import type { JournalEntry } from '../../shared/journal/entry.ts';

/** The newest entries of one machine's journal that the program keeps; older ones are asked for. */
export const ENTRIES_KEPT = 200;

/** The newest entries of one machine's journal, each as it was written last. */
interface KeptEntries {
  /** Forgets everything, and takes the newest ENTRIES_KEPT lines of the journal. */
  restart(lines: readonly JournalEntry[]): void;
  /** Takes the newest ENTRIES_KEPT of the lines that came after the kept ones. */
  goOn(lines: readonly JournalEntry[]): void;
  /** Takes a line that was just written. */
  add(line: JournalEntry): void;
  /** Returns an entry as it is known. */
  get(entry: number): JournalEntry | undefined;
  all(): readonly JournalEntry[];
  /** Returns the number of the newest line; 0 for none. */
  newest(): number;
  /** Returns the newest entries, the one that began last first; undefined when that many are not kept. */
  page(limit: number): { entries: JournalEntry[]; older: boolean } | undefined;
}

/** Makes a place for entries, empty at first. */
export function createKeptEntries(): KeptEntries {
  const entries = new Map<number, JournalEntry>();
  let isWhole = false;
  const add = (line: JournalEntry): void => {
    const known = entries.get(line.entry);
    if (known === undefined || known.n <= line.n) entries.set(line.entry, line);
    if (entries.size <= ENTRIES_KEPT) return;
    entries.delete(leastWanted([...entries.values()]));
    isWhole = false;
  };
  const restart = (lines: readonly JournalEntry[]): void => {
    entries.clear();
    isWhole = lines.length < ENTRIES_KEPT;
    for (const line of lines) add(line);
  };
  return {
    restart,
    // Where as many came as are kept, there may be others between them and the known ones.
    goOn: (lines) => {
      if (lines.length >= ENTRIES_KEPT) restart(lines);
      else for (const line of lines) add(line);
    },
    add,
    get: (entry) => entries.get(entry),
    all: () => [...entries.values()],
    newest: () => [...entries.values()].reduce((highest, { n }) => Math.max(highest, n), 0),
    page: (limit) => {
      if (!isWhole && limit > entries.size) return undefined;
      const sorted = newestFirst([...entries.values()]);
      return { entries: sorted.slice(0, limit), older: !isWhole || sorted.length > limit };
    },
  };
}

/** Sorts entries so that the one that began last is the first. */
export function newestFirst(entries: readonly JournalEntry[]): JournalEntry[] {
  return [...entries].sort((a, b) => b.entry - a.entry);
}

/** Returns the number of the entry that is left out first: one that is over, and whose last line is the oldest. */
function leastWanted(entries: readonly JournalEntry[]): number {
  const isOver = ({ ended }: JournalEntry): number => Number(ended !== undefined);
  const [first] = [...entries].sort((a, b) => isOver(b) - isOver(a) || a.n - b.n);
  return first?.entry ?? 0;
}
