import type { ByteStore } from '../byteStore.ts';

/** Bytes that are parsed for one picture: a millisecond or two, so that a click never waits for a flood. */
export const SLICE_BYTES = 16 * 1024;
/** A terminal that is further behind than this, bytes, shows the end next: nobody reads what rushes by. */
export const FAR_BYTES = 512 * 1024;
/** Where it then goes on, in bytes before the end: some screens full. */
export const KEPT_BYTES = 64 * 1024;

/** Brings a log's bytes to a terminal, at the pace of the pictures that are drawn. */
interface Feeder {
  /** There may be more to feed. */
  feed(): void;
  /** Stops feeding; what has been written is still shown. */
  pause(): void;
  /** Goes on from an offset. */
  resume(from: number): void;
  /** The next byte that will be written. */
  position(): number;
}

/** What a feeder works with. */
interface FeederOptions {
  readonly store: ByteStore;
  readonly from: number;
  /** The bytes before this offset belong to the pane. */
  readonly to: () => number;
  /** `shown` is called once the bytes were parsed. */
  readonly write: (bytes: Uint8Array, shown: () => void) => void;
  /** What scrolled by is left out: the terminal has it no more, the store has it all. */
  readonly onJump: () => void;
  /** Calls back before the next picture is drawn. */
  readonly nextPicture: (draw: () => void) => void;
}

/** Feeds nothing before the first `feed`. */
export function createFeeder({ store, from, to, write, onJump, nextPicture }: FeederOptions): Feeder {
  let next = from;
  let paused = false;
  /** Something is being parsed, or waits for its picture. */
  let busy = false;
  /** Counts the resumes: what was under way before one says nothing about what comes after it. */
  let run = 0;

  const step = (mine: number): void => {
    if (mine !== run) return;
    if (paused || next >= to()) {
      busy = false;
      return;
    }
    if (to() - next > FAR_BYTES) {
      next = lineNear(store, to() - KEPT_BYTES, to());
      onJump();
    }
    const bytes = store.read(next, Math.min(to(), next + SLICE_BYTES));
    next += bytes.length;
    write(bytes, () => nextPicture(() => step(mine)));
  };
  const feed = (): void => {
    if (busy || paused) return;
    busy = true;
    const mine = run;
    nextPicture(() => step(mine));
  };

  return {
    feed,
    pause: () => {
      paused = true;
    },
    resume: (offset) => {
      run += 1;
      next = offset;
      busy = false;
      paused = false;
      feed();
    },
    position: () => next,
  };
}

/** The first beginning of a line from `offset` on; the offset itself where none comes. */
function lineNear(store: ByteStore, offset: number, end: number): number {
  const start = store.lineStart(store.lineAt(offset) + 1);
  return start < end ? start : offset;
}
