/** The progress of a copy: bytes copied, bytes in all, and bytes per second since the last report. */
export interface CopyProgress {
  done: number;
  total: number;
  rate: number;
}

const INTERVAL_MILLISECONDS = 1000;

/**
 * Returns a function to be called with the bytes copied so far, as often as one likes; it calls `tell` at most once a
 * second. `clock` returns milliseconds.
 */
export function tellProgress(
  total: number,
  clock: () => number,
  tell: (progress: CopyProgress) => void,
): (done: number) => void {
  let last = { at: clock(), done: 0 };
  return (done) => {
    const at = clock();
    const milliseconds = at - last.at;
    if (milliseconds < INTERVAL_MILLISECONDS) return;
    tell({ done, total, rate: Math.round(((done - last.done) * 1000) / milliseconds) });
    last = { at, done };
  };
}
