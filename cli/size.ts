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
