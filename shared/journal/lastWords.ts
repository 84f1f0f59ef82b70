import { boundedLines } from './bounds.ts';
import type { JournalEntry } from './entry.ts';

/** What is found out about the end of a container when its entry is written. */
export interface LastWords {
  exitCode?: number | undefined;
  /** True when Docker says that the kernel killed it for want of memory. */
  outOfMemory?: boolean | undefined;
  /** The last lines that it wrote. */
  lines: readonly string[];
}

/** Returns an entry with the last words of its container: no more of them than has room, and without control characters. */
export function withLastWords(
  entry: JournalEntry,
  { exitCode, outOfMemory, lines }: LastWords,
): JournalEntry {
  const lastLines = boundedLines(lines);
  const isOutOfMemory = outOfMemory === true && entry.kind === 'container-died';
  return {
    ...entry,
    ...(isOutOfMemory && { kind: 'out-of-memory', level: 'error' }),
    details: {
      ...entry.details,
      ...(exitCode !== undefined && { exitCode }),
      ...(isOutOfMemory && { kills: 1 }),
    },
    ...(lastLines.length > 0 && { lastLines }),
  };
}
