import { toAppError } from '../../../shared/errors.ts';
import type { AppError } from '../../../shared/errors.ts';

/** The options of `workInLanes`. */
interface LaneOptions<T> {
  /** Returns the name of an item's lane. Lanes do not wait for one another. */
  readonly laneOf: (item: T) => string;
  /** The most items of one lane that are worked on at once. */
  readonly limit: number;
  /** When it aborts, no other item is begun. */
  readonly signal: AbortSignal;
}

/**
 * Does `work` on every item, each lane's items in order. Resolves, when all work that began has ended, with the results
 * in the items' order; undefined for items that were never begun. Work that rejects holds up no other item; its first
 * reason is thrown at the end.
 */
export async function workInLanes<T, R>(
  items: readonly T[],
  { laneOf, limit, signal }: LaneOptions<T>,
  work: (item: T) => Promise<R>,
): Promise<(R | undefined)[]> {
  const ends = items.map((): R | undefined => undefined);
  const faults: AppError[] = [];
  const lanes = new Map<string, [number, T][]>();
  for (const [at, item] of items.entries()) {
    const lane = lanes.get(laneOf(item)) ?? [];
    lane.push([at, item]);
    lanes.set(laneOf(item), lane);
  }
  /** Works on the next item of a queue that it shares with the lane's other workers, until the queue is empty. */
  const worker = async (queue: Iterable<[number, T]>): Promise<void> => {
    for (const [at, item] of queue) {
      if (signal.aborted) return;
      try {
        ends[at] = await work(item);
      } catch (reason) {
        faults.push(toAppError(reason));
      }
    }
  };
  await Promise.all(
    [...lanes.values()].flatMap((lane) => {
      const queue = lane.values();
      return Array.from({ length: Math.min(limit, lane.length) }, () => worker(queue));
    }),
  );
  const [fault] = faults;
  if (fault !== undefined) throw fault;
  return ends;
}
