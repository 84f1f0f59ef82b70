/** When what stands at an offset of a log was written or, failing that, came: marks, of which one holds to the next. */
export interface TimeMarks {
  /** Notes a time (milliseconds since the epoch) from which the bytes from `offset` on are. */
  mark(offset: number, at: number): void;
  /** The time of the byte at `offset`; undefined before the first mark. */
  at(offset: number): number | undefined;
}

/** Two marks nearer than this, in milliseconds, are one. */
const RESOLUTION = 500;

/** No marks yet. */
export function createTimeMarks(): TimeMarks {
  const marks: { offset: number; at: number }[] = [];

  const indexOf = (offset: number): number => {
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((marks[middle]?.offset ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };

  return {
    mark: (offset, at) => {
      const before = indexOf(offset);
      const last = marks[before];
      if (last?.offset === offset) last.at = Math.min(last.at, at);
      else if (last === undefined || Math.abs(at - last.at) >= RESOLUTION) {
        marks.splice(before + 1, 0, { offset, at });
      }
    },
    at: (offset) => marks[indexOf(offset)]?.at,
  };
}
