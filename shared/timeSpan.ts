/** The units of time, each with its seconds, the largest first. */
const UNITS = [
  [86_400, 'day'],
  [3_600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
] as const;

/** The unit in which people read a length of time. */
export type TimeUnit = (typeof UNITS)[number][1];

/** Returns a length of time in its largest whole unit, rounded down: 3 minutes, 2 days. */
export function largestTimeUnit(seconds: number): { count: number; unit: TimeUnit } {
  const whole = Math.max(0, Math.floor(seconds));
  const [size, unit] = UNITS.find(([span]) => whole >= span) ?? ([1, 'second'] as const);
  return { count: Math.floor(whole / size), unit };
}
