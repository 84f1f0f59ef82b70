import type { ReactNode } from 'react';
import { useFormats } from '../i18n/useText.ts';
import { classes } from './classes.ts';
import { useNow } from './useNow.ts';

/** How full something is; amber from `warnAt` on. */
export function Meter({
  share,
  label,
  warnAt = 0.85,
}: {
  /** From 0 to 1. */
  readonly share: number;
  readonly label: string;
  readonly warnAt?: number;
}): ReactNode {
  const value = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <svg
      role="meter"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={100}
      viewBox="0 0 100 5"
      preserveAspectRatio="none"
      className="h-[5px] w-[92px] shrink-0 overflow-hidden rounded-full bg-line"
    >
      <rect width={value} height="5" className={share >= warnAt ? 'fill-warn' : 'fill-muted'} />
    </svg>
  );
}

const WIDTH = 240;
const HEIGHT = 26;

/** The points of a sparkline: oldest at the left edge, newest at the right; `top` is the value of the upper edge. */
export function sparkPoints(values: readonly number[], top: number): string {
  if (values.length === 0 || top <= 0) return '';
  const step = values.length === 1 ? 0 : WIDTH / (values.length - 1);
  const height = (value: number): number => HEIGHT - 1 - (HEIGHT - 3) * Math.min(1, Math.max(0, value / top));
  const points = values.length === 1 ? [values[0] ?? 0, values[0] ?? 0] : values;
  return points
    .map(
      (value, at) =>
        `${(values.length === 1 ? at * WIDTH : at * step).toFixed(1)},${height(value).toFixed(1)}`,
    )
    .join(' ');
}

/** The last minutes of a figure. The figure itself stands beside it in words. */
export function Sparkline({
  values,
  top,
  warn = false,
}: {
  readonly values: readonly number[];
  readonly top: number;
  readonly warn?: boolean;
}): ReactNode {
  const points = sparkPoints(values, top);
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={classes('h-[26px] w-full', warn ? 'text-warn' : 'text-accent')}
    >
      {points !== '' && (
        <>
          <polygon points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} fill="currentColor" opacity=".14" />
          <polyline
            points={points}
            fill="none"
            stroke="currentColor"
            strokeWidth="1.4"
            vectorEffect="non-scaling-stroke"
          />
        </>
      )}
    </svg>
  );
}

/** How long ago, kept up to date. */
export function Age({ at }: { readonly at: number }): ReactNode {
  const formats = useFormats();
  return <time dateTime={new Date(at).toISOString()}>{formats.age(useNow() - at)}</time>;
}
