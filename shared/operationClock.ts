import type { OperationSummary } from './model.ts';

/** The milliseconds by which two clocks may differ, or one may jump, before anybody is told. */
export const CLOCK_TOLERANCE_MILLISECONDS = 60_000;

/**
 * Returns why the times of an operation cannot be believed; undefined when nothing speaks against them. `before`: the
 * time of the operation before it, by number; `now`: the machine's clock.
 */
export function clockDoubt(
  { startedAt, endedAt, ahead }: Pick<OperationSummary, 'startedAt' | 'endedAt' | 'ahead'>,
  { before, now }: { before: number | undefined; now: number },
): OperationSummary['clock'] {
  const bound = CLOCK_TOLERANCE_MILLISECONDS;
  if (Math.abs(ahead ?? 0) > bound) return 'differed';
  if (startedAt > now + bound) return 'in-the-future';
  if (before !== undefined && startedAt < before - bound) return 'went-back';
  if (endedAt !== undefined && endedAt < startedAt - bound) return 'ended-before';
  return undefined;
}
