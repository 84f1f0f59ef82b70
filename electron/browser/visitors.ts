import type { Duplex } from 'node:stream';

/** The connections that nobody has been let in on yet. Everything on this computer may open some. */
export interface Visitors {
  /** Takes a new connection in. Where there are too many, the one that has waited longest is dropped for it. */
  enter(connection: Duplex): void;
  /** Lets a connection stay, as its window has proven itself. */
  admit(connection: Duplex): void;
}

/**
 * Keeps at most `most` connections without a proof. A window needs a few, for milliseconds each, so somebody who opens
 * hundreds and leaves them open only drops their own.
 */
export function createVisitors(most: number): Visitors {
  // A set keeps the order in which they came.
  const waiting = new Set<Duplex>();
  return {
    enter: (connection) => {
      waiting.add(connection);
      connection.once('close', () => waiting.delete(connection));
      const [longest] = waiting;
      if (waiting.size <= most || longest === undefined) return;
      waiting.delete(longest);
      longest.destroy();
    },
    admit: (connection) => void waiting.delete(connection),
  };
}
