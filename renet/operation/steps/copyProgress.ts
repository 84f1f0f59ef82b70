/** How far a copy is: bytes, and bytes per second since the last time it was told. */
export interface CopyProgress {
  done: number;
  total: number;
  rate: number;
}

const INTERVAL_MILLISECONDS = 1000;

/** Tells of a copy at most once a second. Call the answer with the bytes that are done, as often as it comes. */
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
