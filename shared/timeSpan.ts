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

/** The seconds of each unit of an age. */
const AGE_UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Reads an age such as 90s, 30m, 8h, 7d or 2w. Returns milliseconds; undefined for anything else. */
export function parseAge(text: string): number | undefined {
  const [, count = '', unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  const seconds = Number(count) * (AGE_UNITS[unit] ?? NaN);
  return Number.isFinite(seconds) ? seconds * 1000 : undefined;
}
