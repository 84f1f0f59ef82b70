import type { ReactNode } from 'react';
import { useFormats } from '../i18n/useText.ts';
import { classes } from './classes.ts';
import { useNow } from './useNow.ts';

/** Shows how full something is; amber from a share of `warnAt` on. */
export function Meter({
  share,
  label,
  warnAt = 0.85,
}: {
  /** The used share, from 0 to 1. */
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

/**
 * Returns the points of a sparkline, `x,y x,y`: the oldest value at the left edge, the newest at the right. `top` is
 * the value of the upper edge. A single value gives a level line; a value out of range stays at the edge.
 */
export function sparkPoints(values: readonly number[], top: number): string {
  if (values.length === 0 || top <= 0) return '';
  const points = values.length === 1 ? [...values, ...values] : values;
  const step = WIDTH / (points.length - 1);
  const height = (value: number): number => HEIGHT - 1 - (HEIGHT - 3) * Math.min(1, Math.max(0, value / top));
  return points.map((value, at) => `${(at * step).toFixed(1)},${height(value).toFixed(1)}`).join(' ');
}

const SPARK_TEXT = { ok: 'text-accent', warn: 'text-warn', fail: 'text-fail' } as const;

/** Shows the last minutes of a figure. The figure itself stands in words beside it. */
export function Sparkline({
  values,
  beside,
  top,
  tone = 'ok',
}: {
  readonly values: readonly number[];
  /** The values of a second figure on the same scale, drawn as a line only. */
  readonly beside?: readonly number[];
  readonly top: number;
  readonly tone?: 'ok' | 'warn' | 'fail';
}): ReactNode {
  const points = sparkPoints(values, top);
  const line = { fill: 'none', strokeWidth: '1.4', vectorEffect: 'non-scaling-stroke' } as const;
  return (
    <svg
      aria-hidden
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={classes('h-[26px] w-full', SPARK_TEXT[tone])}
    >
      {points !== '' && (
        <>
          <polygon points={`0,${HEIGHT} ${points} ${WIDTH},${HEIGHT}`} fill="currentColor" opacity=".14" />
          {beside !== undefined && (
            <polyline points={sparkPoints(beside, top)} className="stroke-idle" {...line} />
          )}
          <polyline points={points} stroke="currentColor" {...line} />
        </>
      )}
    </svg>
  );
}

/** Shows how long ago something was, and keeps that up to date. */
export function Age({ at }: { readonly at: number }): ReactNode {
  const formats = useFormats();
  return <time dateTime={new Date(at).toISOString()}>{formats.age(useNow() - at)}</time>;
}
