import { HEALTH_LIMITS } from '../../shared/health.ts';
import type { Metrics } from '../../shared/protocol/observation.ts';

/** The smallest upper edge of the network's picture, in bytes per second, so that a trickle is drawn as one. */
const QUIET_BYTES_PER_SECOND = 64 * 1024;

/** Returns the used share of something, from 0 to 1. */
export function usedShare({ total, available }: { total: number; available: number }): number {
  return total > 0 ? Math.min(1, Math.max(0, (total - available) / total)) : 0;
}

/** The tone of a figure: amber when the resource gets tight, red when something is about to fail. */
export type FigureTone = 'ok' | 'warn' | 'fail';

/** Returns the tone of a figure, by the same limits that a machine's health is judged by. */
export function figureTone(figure: 'load' | 'memory' | 'datastore', value: number): FigureTone {
  const { warning, ...worse } = HEALTH_LIMITS[figure];
  const worst = 'critical' in worse ? worse.critical : worse.error;
  if (value >= worst) return 'fail';
  return value >= warning ? 'warn' : 'ok';
}

/**
 * Returns the tone of the processors. Busy processors are no trouble; it is one when, over a quarter of an hour,
 * clearly more processes want a processor than there are processors.
 */
export function processorTone({ load, cpus }: Pick<Metrics, 'load' | 'cpus'>): FigureTone {
  return figureTone('load', (load[2] ?? 0) / Math.max(1, cpus));
}

/** Returns the upper edge of the network's picture, in bytes per second: its busiest moment, in either direction. */
export function networkTop(metrics: readonly Pick<Metrics, 'network'>[]): number {
  return Math.max(QUIET_BYTES_PER_SECOND, ...metrics.flatMap(({ network }) => [network.in, network.out]));
}
