import type { Clock } from './clock.ts';

/** The wait between tries, which ends early when there is reason to try at once. */
export interface Pause {
  /** Resolves after `milliseconds`, at `wake`, or when the signal aborts. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Ends every wait. */
  wake(): void;
}

const FIRST_MILLISECONDS = 500;
const LONGEST_MILLISECONDS = 10_000;

/** Returns the milliseconds to wait before the next try: half a second, doubling up to ten seconds. */
export function backOff(failures: number): number {
  return Math.min(FIRST_MILLISECONDS * 2 ** Math.min(failures, 10), LONGEST_MILLISECONDS);
}

/** Makes a pause whose time passes by `clock`. */
export function createPause(clock: Clock): Pause {
  const waiting = new Set<() => void>();
  return {
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        const finish = (): void => {
          takeBack();
          waiting.delete(finish);
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        const takeBack = clock.after(milliseconds, finish);
        waiting.add(finish);
        signal?.addEventListener('abort', finish);
        if (signal?.aborted) finish();
      }),
    wake: () => {
      for (const finish of [...waiting]) finish();
    },
  };
}
