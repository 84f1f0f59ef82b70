import type { OperationHead } from './model.ts';

type Numbered = Pick<OperationHead, 'sequence' | 'startedAt'>;

/**
 * Compares two operations of one machine for a list with the newest first: by the number of their logs, whatever the
 * machine's clock said. Logs of 0.1.0 have none; they come after all others, by the time of their start.
 */
export function newestFirst(a: Numbered, b: Numbered): number {
  return (b.sequence ?? 0) - (a.sequence ?? 0) || b.startedAt - a.startedAt;
}
