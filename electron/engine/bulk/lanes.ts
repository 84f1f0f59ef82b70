import { toAppError } from '../../../shared/errors.ts';
import type { AppError } from '../../../shared/errors.ts';

/** How work is spread. */
interface LaneOptions<T> {
  /** Names the lane an item is in; lanes do not wait for one another. */
  readonly laneOf: (item: T) => string;
  /** Items of one lane that are worked on at once. */
  readonly limit: number;
  /** Once it aborts nothing else begins. */
  readonly signal: AbortSignal;
}

/**
 * Does `work` on every item, each lane's in order, and resolves when all that began have ended: with what each came
 * to, in the items' order, `undefined` for those that never began. Work that rejects holds up no other; the first
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
  /** Takes the next item of a queue it shares with the lane's other workers, until there is none. */
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
