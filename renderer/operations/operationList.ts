import type { OperationEntry } from '../../shared/api/apiModel.ts';

/** What a person narrows the list of operations to; nothing given narrows nothing. */
interface OperationFilter {
  /** Part of a repository's, machine's or person's name, or of the verb. */
  readonly text: string;
  /** Only what went wrong. */
  readonly trouble: boolean;
}

/** A day's operations; `day`: local midnight, milliseconds since the epoch. */
interface OperationDay {
  readonly day: number;
  readonly operations: readonly OperationEntry[];
}

/**
 * The operations that run, and the newest `limit` of those that are over by day, each newest first; `older`: how many
 * more there are.
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
  const kept = operations.filter((one) => matches(one, filter)).sort((a, b) => b.startedAt - a.startedAt);
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
