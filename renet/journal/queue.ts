/** Does a work in its turn; resolves with undefined, without the work, where `signal` aborts before. */
export type Queue = <T>(work: () => Promise<T>, signal: AbortSignal) => Promise<T | undefined>;

/** Makes a queue in which so many works are done at once, and the others wait in their order. */
export function createQueue(places: number): Queue {
  const waiting = new Set<(isMine: boolean) => void>();
  let free = places;
  const turn = (signal: AbortSignal): Promise<boolean> => {
    if (signal.aborted) return Promise.resolve(false);
    if (free > 0) {
      free -= 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const leave = (): void => give(false);
      const give = (isMine: boolean): void => {
        waiting.delete(give);
        signal.removeEventListener('abort', leave);
        resolve(isMine);
      };
      waiting.add(give);
      signal.addEventListener('abort', leave);
    });
  };
  const pass = (): void => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next(true);
  };
  return async (work, signal) => {
    if (!(await turn(signal))) return undefined;
    try {
      return await work();
    } finally {
      pass();
    }
  };
}
