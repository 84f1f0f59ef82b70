import { fill } from '../../shared/errors.ts';
import type { Text } from '../../shared/text/text.ts';
import { largestTimeUnit } from '../../shared/timeSpan.ts';

/** Returns a length of time in its largest whole unit: "3 min", "2 d". */
export function spanText(seconds: number, text: Text): string {
  const { count, unit } = largestTimeUnit(seconds);
  return fill(text.cli.spans[unit], { count });
}

/**
 * Returns how long ago an operation ended, or began if it still runs, as people read it. `now`: milliseconds since the
 * epoch.
 */
export function ageText(
  { startedAt, endedAt }: { startedAt: number; endedAt?: number | undefined },
  now: number,
  text: Text,
): string {
  return spanText((now - (endedAt ?? startedAt)) / 1000, text);
}
