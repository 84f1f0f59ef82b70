import { fill } from '../errors.ts';
import type { OperationEvent } from '../model.ts';
import type { Text } from './text.ts';

/** Returns the percentage of a copy that is done, 0 to 100. */
export function percentOf({ done, total }: { done: number; total: number }): number {
  return total === 0 ? 100 : Math.floor((done / total) * 100);
}

/** Returns the progress of a copy in words: percent, bytes and rate. */
export function progressText(event: Extract<OperationEvent, { type: 'progress' }>, text: Text): string {
  const { done, total, rate } = event;
  return fill(text.cli.copied, { percent: percentOf(event), done, total, rate });
}
