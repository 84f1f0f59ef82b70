import { setTimeout as pause } from 'node:timers/promises';

/** The order of items, and how many are worked on at a time. */
export interface OrderOptions<T> {
  /** Returns the key of an item. */
  key: (item: T) => string;
  /** Returns the keys of the items that have to end before. There must be no circle. */
  waitsFor: (item: T) => readonly string[];
  /** Returns the seconds between the end of those items and the item's own turn. */
  delay: (item: T) => number;
  /** The number of items that have a turn at the same time. */
  parallel: number;
  /** The seconds after which an item's turn goes to the next one, although the item itself goes on. */
  turnSeconds: number;
  /** Aborts when no other item may begin. */
  signal: AbortSignal;
}

/** Does `work` on every item in order; items that wait for none begin at once. Resolves when all have ended. */
export async function inOrder<T>(
  items: readonly T[],
  options: OrderOptions<T>,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const { key, waitsFor, delay, signal, turnSeconds } = options;
  const turns = createTurns(options.parallel);
  const ends = new Map<string, Promise<void>>();
  const one = async (item: T): Promise<void> => {
    await Promise.all(waitsFor(item).map((name) => endOf(name)));
    await pause(delay(item) * 1000, undefined, { signal }).catch(() => undefined);
    await turns.take();
    if (signal.aborted) {
      turns.give();
      return;
    }
    let given = false;
    const give = (): void => {
      if (!given) turns.give();
      given = true;
    };
    const timer = setTimeout(give, turnSeconds * 1000);
    try {
      await work(item);
    } finally {
      clearTimeout(timer);
      give();
    }
  };
  const endOf = (name: string): Promise<void> => {
    const item = items.find((other) => key(other) === name);
    const end = ends.get(name) ?? (item === undefined ? Promise.resolve() : one(item));
    ends.set(name, end);
    return end;
  };
  await Promise.all(items.map((item) => endOf(key(item))));
}

/** Makes a number of turns, which are given in the order in which they were asked for. */
function createTurns(count: number): { take: () => Promise<void>; give: () => void } {
  let free = count;
  const waiting: (() => void)[] = [];
  return {
    take: async () => {
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
    },
    give: () => {
      const next = waiting.shift();
      if (next === undefined) free += 1;
      else next();
    },
  };
}
