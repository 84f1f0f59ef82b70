import type { Clock } from '../../electron/engine/clock.ts';
import { arrival } from './arrival.ts';

/** A clock that stands still until a test moves it on. */
export interface ManualClock extends Clock {
  /** Moves the clock on, and calls the timers that are due within these milliseconds, in order. */
  advance(milliseconds: number): void;
  /** Resolves as soon as a timer is set for exactly so many milliseconds from now. */
  awaited(milliseconds: number): Promise<void>;
}

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

/** Makes a clock that stands at 1 000 000 ms. */
export function createManualClock(): ManualClock {
  let now = 1_000_000;
  const timers = new Set<Timer>();
  const watchers = new Set<() => void>();
  const isAwaited = (due: number): boolean => [...timers].some((timer) => timer.due === due);
  return {
    now: () => now,
    after: (milliseconds, callback) => {
      const timer = { due: now + milliseconds, callback };
      timers.add(timer);
      for (const watcher of watchers) watcher();
      return () => timers.delete(timer);
    },
    advance: (milliseconds) => {
      const until = now + milliseconds;
      for (;;) {
        const [next] = [...timers].filter(({ due }) => due <= until).sort((a, b) => a.due - b.due);
        if (!next) break;
        timers.delete(next);
        now = next.due;
        next.callback();
      }
      now = until;
    },
    awaited: (milliseconds) => {
      const isDue = new Promise<void>((resolve) => {
        const check = (): void => {
          if (!isAwaited(now + milliseconds)) return;
          watchers.delete(check);
          resolve();
        };
        watchers.add(check);
        check();
      });
      const waiting = (): string => `due are ${JSON.stringify([...timers].map(({ due }) => due - now))}`;
      return arrival(`a wait of ${milliseconds} ms`, isDue, waiting);
    },
  };
}
