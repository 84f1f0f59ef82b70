/** When the bytes of a log were written or, where that is unknown, arrived. A mark holds up to the next mark. */
export interface TimeMarks {
  /** Notes the time (milliseconds since the epoch) of the bytes from `offset` on. */
  mark(offset: number, at: number): void;
  /** Returns the time of the byte at `offset`; undefined before the first mark. */
  at(offset: number): number | undefined;
}

/** Two marks whose times are nearer than this are kept as one. */
const RESOLUTION_MILLISECONDS = 500;

/** Creates an empty set of marks. */
export function createTimeMarks(): TimeMarks {
  const marks: { offset: number; at: number }[] = [];

  /** Returns the index of the last mark at or before an offset; -1 when there is none. */
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
      else if (last === undefined || Math.abs(at - last.at) >= RESOLUTION_MILLISECONDS) {
        marks.splice(before + 1, 0, { offset, at });
      }
    },
    at: (offset) => marks[indexOf(offset)]?.at,
  };
}
