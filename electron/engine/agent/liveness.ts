import type { Clock } from '../clock.ts';

/**
 * The times between pings, and of silence before a last ping, milliseconds. With GRACE_MILLISECONDS a link counts as dead after
 * twelve seconds without any byte, so that a dead link is noticed within fifteen.
 */
const PING_EVERY_MILLISECONDS = 5_000;
const SILENCE_MILLISECONDS = 10_500;
/**
 * The milliseconds between the last ping and the end of a silent link. They are counted from that ping on, because a
 * computer that slept or was busy first has to read what came in meanwhile.
 */
const GRACE_MILLISECONDS = 1_500;

interface Liveness {
  /** Takes note that bytes came. */
  heard(): void;
  /** Sends a last ping now: the link counts as dead unless a byte comes within GRACE_MILLISECONDS. */
  probe(): void;
  stop(): void;
}

interface LivenessListener {
  readonly ping: () => void;
  /** Called instead of `ping` before a silent link is given up. */
  readonly lastPing: () => void;
  readonly dead: () => void;
}

/** Tells a dead link from a quiet one: calls `ping` regularly, and `dead` once when nothing comes any more. */
export function watchLiveness(clock: Clock, { ping, lastPing, dead }: LivenessListener): Liveness {
  let stopPings = clock.after(PING_EVERY_MILLISECONDS, repeatPing);
  let stopWaiting = clock.after(SILENCE_MILLISECONDS, probe);
  let probing = false;

  function repeatPing(): void {
    stopPings = clock.after(PING_EVERY_MILLISECONDS, repeatPing);
    ping();
  }

  function probe(): void {
    if (probing) return;
    probing = true;
    stopWaiting();
    stopWaiting = clock.after(GRACE_MILLISECONDS, dead);
    lastPing();
  }

  return {
    heard: () => {
      probing = false;
      stopWaiting();
      stopWaiting = clock.after(SILENCE_MILLISECONDS, probe);
    },
    probe,
    stop: () => {
      stopPings();
      stopWaiting();
    },
  };
}
