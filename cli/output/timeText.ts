import { fill } from '../../shared/errors.ts';
import type { Text } from '../../shared/text/text.ts';
import { largestTimeUnit } from '../../shared/timeSpan.ts';

/** Returns a length of time in its largest whole unit: "3 min", "2 d". */
export function spanText(seconds: number, text: Text): string {
  const { count, unit } = largestTimeUnit(seconds);
  return fill(text.cli.spans[unit], { count });
}

/** Returns a time of this computer's, to the second: "2026-11-30 03:12:05". `at`: milliseconds since the epoch. */
export function timeText(at: number): string {
  const time = new Date(at);
  const two = (figure: number): string => String(figure).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${[time.getHours(), time.getMinutes(), time.getSeconds()].map(two).join(':')}`;
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
