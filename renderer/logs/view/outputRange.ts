import type { ByteStore } from '../byteStore.ts';

/** Lines of a log that an emptied terminal is filled with: the last ones, or those around a place further back. */
export const WINDOW_LINES = 2_000;

/** The part of a log that a pane shows, in positions of the machine's output; without `to`, it goes on to the end. */
export interface OutputRange {
  readonly from: number;
  readonly to?: number;
}

/** An output range as it stands in the store now: offsets and lines move while the log grows. */
export interface StoredRange {
  /** Offset of the first byte. */
  readonly start: () => number;
  /** Offset after the last byte. */
  readonly end: () => number;
  readonly firstLine: () => number;
  /** The line after the last one. */
  readonly lineEnd: () => number;
  /** Replaces the range by a later version of it. */
  readonly set: (range: OutputRange) => void;
}

/** Returns the bytes and lines of a log that an output range stands for. */
export function createStoredRange(store: ByteStore, initial: OutputRange): StoredRange {
  let range = initial;
  const start = (): number => store.offsetOf(range.from);
  const end = (): number => (range.to === undefined ? store.length() : store.offsetOf(range.to));
  return {
    start,
    end,
    firstLine: () => store.lineAt(start()),
    lineEnd: () => Math.min(store.lineCount(), store.lineAt(Math.max(0, end() - 1)) + 1),
    set: (next) => {
      range = next;
    },
  };
}
