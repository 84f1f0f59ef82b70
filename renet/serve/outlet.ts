import type { Writable } from 'node:stream';

/** One connection's way out. Frames leave in the order in which they were given. */
export interface Outlet {
  /** Writes a frame once the other side takes more. Resolves when that was done, or dropped as the outlet is closed. */
  readonly write: (frame: Uint8Array) => Promise<void>;
  /** Resolves once all that waited was written and the other side takes more, or the outlet is closed. */
  hasRoom(): Promise<void>;
  /** Drops what waits, and all that is given after that: nobody waits any more for a reader that does not read. */
  close(): void;
}

/** What waits for the other side: a frame, or somebody who wants to know when there is room. */
interface Waiting {
  readonly frame: Uint8Array | undefined;
  readonly done: () => void;
}

/**
 * Makes the way out over a stream. One frame at most is written beyond what the stream wants to hold, however many wait. The
 * other side may close it at any time, which is no fault.
 */
export function createOutlet(output: Writable): Outlet {
  const waiting: Waiting[] = [];
  let isClosed = output.destroyed;
  const flow = (): void => {
    while (isClosed || !output.writableNeedDrain) {
      const next = waiting.shift();
      if (next === undefined) return;
      if (next.frame !== undefined && !isClosed) output.write(next.frame);
      next.done();
    }
  };
  const close = (): void => {
    isClosed = true;
    flow();
  };
  output.on('error', () => undefined);
  output.on('drain', flow);
  output.once('close', close);
  const inTurn = (frame?: Uint8Array): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ frame, done: resolve });
      flow();
    });
  return { write: inTurn, hasRoom: () => inTurn(), close };
}
