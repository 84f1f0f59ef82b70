import type { OperationHead } from './model.ts';

type Numbered = Pick<OperationHead, 'sequence' | 'startedAt'>;

/**
 * Compares two operations of one machine for a list with the newest first: by the number of their logs, whatever the
 * machine's clock said. Logs of 0.1.0 have none; they come after all others, by the time of their start.
 */
export function newestFirst(a: Numbered, b: Numbered): number {
  return (b.sequence ?? 0) - (a.sequence ?? 0) || b.startedAt - a.startedAt;
}

/**
 * Merges the operations of several machines, the newest first. Each list is in the order of its own machine, which is
 * kept; between machines the times decide. One that bears a later time than the operation after it counts as old as
 * that one.
 */
export function mergeNewestFirst<Operation extends Pick<OperationHead, 'startedAt'>>(
  lists: readonly (readonly Operation[])[],
): Operation[] {
  const timed = lists.flatMap((list) => {
    let latest = Infinity;
    return list.map((operation) => {
      latest = Math.min(latest, operation.startedAt);
      return { operation, at: latest };
    });
  });
  return timed.sort((a, b) => b.at - a.at).map(({ operation }) => operation);
}
