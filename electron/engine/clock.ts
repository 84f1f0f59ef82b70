/** The clock and its timers, passed in so that tests decide when time passes. */
export interface Clock {
  /** Returns the time, milliseconds since the epoch. */
  now(): number;
  /** Calls `callback` once, `milliseconds` from now. The returned function cancels the call. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** The computer's own clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};
