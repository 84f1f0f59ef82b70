import type { Clock } from '../clock.ts';

/** A ping every five seconds; dead after twelve without any byte, so that a dead link is noticed within fifteen. */
const PING_EVERY = 5_000;
const SILENCE = 10_500;
/**
 * The last of the twelve seconds start with one more ping and are counted anew from there: a computer that slept or
 * was busy first reads what came in meanwhile.
 */
const GRACE = 1_500;

interface Liveness {
  /** Some byte came. */
  heard(): void;
  /** Asks now: dead unless a byte comes within the grace. */
  probe(): void;
  stop(): void;
}

/** Tells a dead link from a quiet one: calls `ping` regularly, and `dead` once when nothing comes any more. */
export function watchLiveness(clock: Clock, ping: () => void, dead: () => void): Liveness {
  let stopPings = clock.after(PING_EVERY, repeatPing);
  let stopWaiting = clock.after(SILENCE, probe);
  let probing = false;

  function repeatPing(): void {
    stopPings = clock.after(PING_EVERY, repeatPing);
    ping();
  }

  function probe(): void {
    if (probing) return;
    probing = true;
    stopWaiting();
    stopWaiting = clock.after(GRACE, dead);
    ping();
  }

  return {
    heard: () => {
      probing = false;
      stopWaiting();
      stopWaiting = clock.after(SILENCE, probe);
    },
    probe,
    stop: () => {
      stopPings();
      stopWaiting();
    },
  };
}
