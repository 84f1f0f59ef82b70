import type { Metrics } from '../../shared/observation.ts';

/** Bytes per second below which traffic is drawn as the trickle that it is. */
const QUIET = 64 * 1024;

/** Used part of something, from 0 to 1. */
export function usedShare({ total, available }: { total: number; available: number }): number {
  return total > 0 ? Math.min(1, Math.max(0, (total - available) / total)) : 0;
}

/** A share's colour: amber when it gets tight, red when it is about to fail. */
export function shareTone(share: number): 'ok' | 'warn' | 'fail' {
  if (share >= 0.95) return 'fail';
  return share >= 0.85 ? 'warn' : 'ok';
}

/** The upper edge of the network's picture: its busiest moment, in either direction. */
export function networkTop(metrics: readonly Pick<Metrics, 'network'>[]): number {
  return Math.max(QUIET, ...metrics.flatMap(({ network }) => [network.in, network.out]));
}
