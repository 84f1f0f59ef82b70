const UNITS = ['', 'K', 'M', 'G', 'T'];
const KIBI = 1024;

/** Bytes as people read them: "10.0 GiB". */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= KIBI && unit < UNITS.length - 1) {
    value /= KIBI;
    unit += 1;
  }
  return unit === 0 ? `${value} B` : `${value.toFixed(1)} ${UNITS[unit] ?? ''}iB`;
}

const SPANS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
] as const;

/** A length of time in its largest whole unit: "3 min", "2 d". */
export function formatSpan(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [size, unit] = SPANS.find(([span]) => whole >= span) ?? ([1, 's'] as const);
  return `${Math.floor(whole / size)} ${unit}`;
}

/** How long ago an operation ended, or began if it has not ended, as people read it; `now` in milliseconds. */
export function ageOf(
  { startedAt, endedAt }: { startedAt: number; endedAt?: number | undefined },
  now: number,
): string {
  return formatSpan((now - (endedAt ?? startedAt)) / 1000);
}
