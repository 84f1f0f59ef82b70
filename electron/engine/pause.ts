import type { Clock } from './clock.ts';

/** The wait between tries, which ends early when there is reason to try at once. */
export interface Pause {
  /**
   * Returns the milliseconds to wait before the next try: at most half a second, which doubles up to ten seconds, and at
   * random between a half of that and the whole. 250 machines that are lost at the same moment would otherwise be tried at
   * the same moments; and less than a half would give up a machine early that takes a minute to come back.
   */
  backOff(failures: number): number;
  /** Resolves after `milliseconds`, at `wake`, or when the signal aborts. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Ends every wait: a few at once, the others within a time that grows with their number. */
  wake(): void;
}

const FIRST_MILLISECONDS = 500;
const LONGEST_MILLISECONDS = 10_000;
/** The waits that a wake ends at once, and the time that each further one adds to the time in which all end. */
const WOKEN_AT_ONCE = 8;
const MILLISECONDS_A_WAIT = 20;

/** Makes a pause whose time passes by `clock`. `random` returns a number from 0 to 1. */
export function createPause(clock: Clock, random: () => number): Pause {
  /** Each wait's end, which may be put off. */
  const waiting = new Set<(later: number) => void>();
  return {
    backOff: (failures) => {
      const most = Math.min(FIRST_MILLISECONDS * 2 ** Math.min(failures, 10), LONGEST_MILLISECONDS);
      return Math.round((most / 2) * (1 + random()));
    },
    wait: (milliseconds, signal) =>
      new Promise((resolve) => {
        const finish = (): void => {
          takeBack();
          waiting.delete(wakeUp);
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        const wakeUp = (later: number): void => {
          if (later === 0) {
            finish();
            return;
          }
          waiting.delete(wakeUp);
          takeBack();
          takeBack = clock.after(later, finish);
        };
        let takeBack = clock.after(milliseconds, finish);
        waiting.add(wakeUp);
        signal?.addEventListener('abort', finish);
        if (signal?.aborted) finish();
      }),
    wake: () => {
      const within = waiting.size * MILLISECONDS_A_WAIT;
      for (const [at, wakeUp] of [...waiting].entries()) {
        wakeUp(at < WOKEN_AT_ONCE ? 0 : Math.round(within * random()));
      }
    },
  };
}
