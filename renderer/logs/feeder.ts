import type { ByteStore } from './byteStore.ts';

/**
 * Bytes that the terminal may have taken and not yet shown, and where it gets more (STACK.md, "Facts"): below the
 * first nothing stutters, above the second it never waits for us.
 */
export const HIGH_WATER = 100_000;
export const LOW_WATER = 5_000;
/** Bytes of one write: the terminal breathes between writes, and parses one in a few milliseconds. */
const SLICE = 8 * 1024;

/** Brings a log's bytes to a terminal, no faster than it shows them. */
export interface Feeder {
  /** There may be more to feed. */
  feed(): void;
  /** Stops feeding; what has been written is still shown. */
  pause(): void;
  /** Goes on from an offset. */
  resume(from: number): void;
  /** The next byte that will be written. */
  position(): number;
  /** The offset up to which the log is done with: everything while nothing is fed. */
  done(): number;
}

/** What a feeder writes to; `shown` is called once the bytes were parsed. */
export type Write = (bytes: Uint8Array, shown: () => void) => void;

/** Feeds the bytes from `from` to before `to()`. `onShown`: the terminal has come further. */
export function createFeeder(
  store: ByteStore,
  from: number,
  to: () => number,
  write: Write,
  onShown: () => void,
): Feeder {
  let next = from;
  let waiting = 0;
  let choked = false;
  let paused = false;
  /** Counts the resumes: what was written before one is not what is waited for after it. */
  let run = 0;

  const feed = (): void => {
    while (!paused && !choked && next < to()) {
      const bytes = store.read(next, Math.min(to(), next + SLICE));
      if (bytes.length === 0) return;
      next += bytes.length;
      waiting += bytes.length;
      choked = waiting >= HIGH_WATER;
      const mine = run;
      write(bytes, () => {
        if (mine !== run) return;
        waiting -= bytes.length;
        if (waiting <= LOW_WATER) choked = false;
        onShown();
        feed();
      });
    }
  };

  return {
    feed,
    pause: () => {
      paused = true;
      onShown();
    },
    resume: (offset) => {
      run += 1;
      next = offset;
      waiting = 0;
      choked = false;
      paused = false;
      feed();
    },
    position: () => next,
    done: () => (paused || (waiting === 0 && next >= to()) ? Infinity : next - waiting),
  };
}
