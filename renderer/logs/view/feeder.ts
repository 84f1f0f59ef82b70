import type { ByteStore } from '../byteStore.ts';

/** Bytes that are parsed for one picture, which takes a millisecond or two: a click never waits for a flood. */
export const SLICE_BYTES = 16 * 1024;
/** Bytes that a terminal may be behind; one that is further behind jumps near the end: nobody reads what rushes by. */
export const FAR_BYTES = 512 * 1024;
/** Bytes before the end at which a terminal goes on after a jump: some screens full. */
export const KEPT_BYTES = 64 * 1024;

/** Brings a log's bytes to a terminal, at the pace of the pictures that are drawn. */
interface Feeder {
  /** Feeds what has come, unless paused. */
  feed(): void;
  /** Stops feeding; what has been written is still shown. */
  pause(): void;
  /** Goes on from an offset. */
  resume(from: number): void;
  /** Returns the offset of the next byte that will be written. */
  position(): number;
}

/** A feeder's log, its range and its terminal. */
interface FeederOptions {
  readonly store: ByteStore;
  readonly from: number;
  /** Returns the offset at which the pane's bytes end now. */
  readonly to: () => number;
  /** Writes to the terminal, and calls `shown` once the bytes were parsed. */
  readonly write: (bytes: Uint8Array, shown: () => void) => void;
  /** Is called when bytes are left out, before those after them are written; the store has them all. */
  readonly onJump: () => void;
  /** Calls back before the next picture is drawn. */
  readonly nextPicture: (draw: () => void) => void;
}

/** Creates a feeder, which writes nothing before the first `feed`. */
export function createFeeder({ store, from, to, write, onJump, nextPicture }: FeederOptions): Feeder {
  let next = from;
  let paused = false;
  /** Bytes are being parsed, or wait for the next picture. */
  let busy = false;
  /** Counts the resumes, so that a step that was under way before a resume is known and dropped. */
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

/** Returns the first beginning of a line after `offset`; the offset itself where none comes before `end`. */
function lineNear(store: ByteStore, offset: number, end: number): number {
  const start = store.lineStart(store.lineAt(offset) + 1);
  return start < end ? start : offset;
}
