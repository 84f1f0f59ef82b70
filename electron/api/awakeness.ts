import type { Clock } from '../engine/clock.ts';

/** The milliseconds between two signs of life, and the delay of one that says that the computer slept. */
const EVERY_MILLISECONDS = 10_000;
const ASLEEP_MILLISECONDS = 20_000;

/** The milliseconds after a sleep in which what arrives may have waited on its way meanwhile. */
const WAKING_MILLISECONDS = 10_000;

/** Tells whether this computer is awake, and was so a moment ago. */
interface Awakeness {
  /** Returns false just after a sleep: what arrives then happened while nobody looked. */
  isAwake(): boolean;
  stop(): void;
}

/** Watches over this computer's sleep: meanwhile no timer goes off, although connections may survive it. */
export function watchAwakeness(clock: Clock): Awakeness {
  let last = clock.now();
  let wokeAt = -Infinity;
  const look = (): void => {
    const now = clock.now();
    if (now - last > EVERY_MILLISECONDS + ASLEEP_MILLISECONDS) wokeAt = now;
    last = now;
  };
  const again = (): void => {
    look();
    stop = clock.after(EVERY_MILLISECONDS, again);
  };
  let stop = clock.after(EVERY_MILLISECONDS, again);
  return {
    isAwake: () => {
      look();
      return clock.now() - wokeAt >= WAKING_MILLISECONDS;
    },
    stop: () => stop(),
  };
}
