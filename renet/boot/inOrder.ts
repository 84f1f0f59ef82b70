import { setTimeout as pause } from 'node:timers/promises';

export interface OrderOptions<T> {
  /** Names an item. */
  key: (item: T) => string;
  /** The keys whose items have to have ended before; without a circle. */
  waitsFor: (item: T) => readonly string[];
  /** Seconds between that and the item's own turn. */
  delay: (item: T) => number;
  /** Items that have a turn at the same time. */
  parallel: number;
  /** Seconds after which an item gives its turn to the next one, though it goes on. */
  turnSeconds: number;
  /** No other item begins once it aborts. */
  signal: AbortSignal;
}

/** Does `work` on every item, those that wait for nobody at once, and resolves when all have ended. */
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

/** Makes so many turns, given in the order in which they were asked for. */
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
