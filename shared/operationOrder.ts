import type { OperationHead } from './model.ts';

type Numbered = Pick<OperationHead, 'sequence' | 'startedAt'>;

/**
 * Compares two operations of one machine for a list with the newest first: by the number of their logs, whatever the
 * machine's clock said. Logs of 0.1.0 have none; they come after all others, by the time of their start.
 */
export function newestFirst(a: Numbered, b: Numbered): number {
  return (b.sequence ?? 0) - (a.sequence ?? 0) || b.startedAt - a.startedAt;
}

/** The milliseconds by which a right time may be ahead of ours: what a slow network makes of it. */
const AHEAD_MILLISECONDS = 60_000;

/**
 * Merges the operations of several machines, the newest first. Each list is in the order of its own machine, which is
 * kept; between machines the times decide. As many operations of a list are believed as have times in its order, none of
 * them after `now` (milliseconds since the epoch); of the others each counts as old as one of the two believed ones around
 * it, so that a wrong time moves no operation but its own.
 */
export function mergeNewestFirst<Operation extends Pick<OperationHead, 'startedAt'>>(
  lists: readonly (readonly Operation[])[],
  now = Date.now(),
): Operation[] {
  const timed = lists.flatMap((list) => {
    const times = believedTimes(
      list.map(({ startedAt }) => startedAt),
      now + AHEAD_MILLISECONDS,
    );
    return list.map((operation, index) => ({ operation, at: times[index] ?? 0 }));
  });
  return timed.sort((a, b) => b.at - a.at).map(({ operation }) => operation);
}

/** Returns times that never rise, each as near to the given one as the believed ones around it allow. */
function believedTimes(times: readonly number[], latest: number): number[] {
  const believed = longestFalling(times, latest);
  // The believed time after each, which no earlier one may fall below.
  const floors = times.map((time, index) => (believed.has(index) ? time : undefined));
  let floor = -Infinity;
  for (let index = times.length - 1; index >= 0; index -= 1) {
    floor = floors[index] ?? floor;
    floors[index] = floor;
  }
  let ceiling = latest;
  return times.map((time, index) => {
    ceiling = Math.min(ceiling, Math.max(floors[index] ?? -Infinity, time));
    return ceiling;
  });
}

/**
 * Returns the places of as many times as can be believed together: each at most `latest`, and none later than the one
 * before it. Of as many, the later ones.
 */
function longestFalling(times: readonly number[], latest: number): ReadonlySet<number> {
  // The place of the latest time with which a row of so many ends; the times of these places never rise.
  const ends: number[] = [];
  const before: (number | undefined)[] = [];
  for (const [place, time] of times.entries()) {
    if (time > latest) continue;
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((times[ends[middle] ?? 0] ?? 0) >= time) low = middle + 1;
      else high = middle;
    }
    before[place] = ends[low - 1];
    ends[low] = place;
  }
  const places = new Set<number>();
  for (let place = ends.at(-1); place !== undefined; place = before[place]) places.add(place);
  return places;
}
