import { fill } from '../../shared/errors.ts';
import type { Text } from '../../shared/text/text.ts';

/** The units of time, each with its seconds, the largest first. */
const SPANS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** Returns a length of time in its largest whole unit: "3 min", "2 d". */
export function spanText(seconds: number, text: Text): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [size, unit] = SPANS.find(([span]) => whole >= span) ?? ([1, 'second'] as const);
  return fill(text.cli.spans[unit], { count: Math.floor(whole / size) });
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
