import type { OperationEntry } from '../../shared/api/apiModel.ts';

/** The filter that a person sets for the list of operations; empty text and `trouble: false` let everything pass. */
export interface OperationFilter {
  /** A part of a repository's, machine's or person's name, or of the verb. */
  readonly text: string;
  /** Only operations that went wrong, or of which the end is not known. */
  readonly trouble: boolean;
}

/** A day's operations; `day`: local midnight, milliseconds since the epoch. */
interface OperationDay {
  readonly day: number;
  readonly operations: readonly OperationEntry[];
}

/**
 * Returns the operations that pass a filter, out of all with the newest first: those that run, and by day the newest
 * `limit` of those that are over. `older`: how many more there are that are over.
 */
export function groupOperations(
  operations: readonly OperationEntry[],
  filter: OperationFilter,
  limit = Infinity,
): {
  readonly running: readonly OperationEntry[];
  readonly days: readonly OperationDay[];
  readonly older: number;
} {
  const kept = operations.filter((one) => matches(one, filter));
  const over = kept.filter(({ state }) => state !== 'running');
  const days = new Map<number, OperationEntry[]>();
  for (const one of over.slice(0, limit)) {
    const day = new Date(one.startedAt).setHours(0, 0, 0, 0);
    days.set(day, [...(days.get(day) ?? []), one]);
  }
  return {
    running: kept.filter(({ state }) => state === 'running'),
    days: [...days].map(([day, own]) => ({ day, operations: own })),
    older: Math.max(0, over.length - limit),
  };
}

function matches(operation: OperationEntry, { text, trouble }: OperationFilter): boolean {
  if (trouble && !['warnings', 'failed', 'lost', 'unknown'].includes(operation.state)) return false;
  const words = [operation.repository, operation.machine.name, operation.verb, operation.by ?? ''];
  return words.some((word) => word.toLowerCase().includes(text.trim().toLowerCase()));
}
