import { HEALTH_LIMITS } from '../../shared/health.ts';
import type { Metrics } from '../../shared/protocol/observation.ts';

/** Bytes per second below which traffic is drawn as the trickle that it is. */
const QUIET = 64 * 1024;

/** Used part of something, from 0 to 1. */
export function usedShare({ total, available }: { total: number; available: number }): number {
  return total > 0 ? Math.min(1, Math.max(0, (total - available) / total)) : 0;
}

/** What a figure means: amber when it gets tight, red when something is about to fail. */
export type FigureTone = 'ok' | 'warn' | 'fail';

/** A figure's tone, by the limits that a machine's health is judged by. */
export function figureTone(figure: 'load' | 'memory' | 'datastore', value: number): FigureTone {
  const { warning, ...worse } = HEALTH_LIMITS[figure];
  const worst = 'critical' in worse ? worse.critical : worse.error;
  if (value >= worst) return 'fail';
  return value >= warning ? 'warn' : 'ok';
}

/** Busy processors are no trouble; more that wait for one than there are, for a quarter of an hour, is. */
export function processorTone({ load, cpus }: Pick<Metrics, 'load' | 'cpus'>): FigureTone {
  return figureTone('load', (load[2] ?? 0) / Math.max(1, cpus));
}

/** The upper edge of the network's picture: its busiest moment, in either direction. */
export function networkTop(metrics: readonly Pick<Metrics, 'network'>[]): number {
  return Math.max(QUIET, ...metrics.flatMap(({ network }) => [network.in, network.out]));
}
