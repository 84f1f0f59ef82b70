/** Bytes of a block: large, so that blocks are few; small, so that a half-filled last one wastes little. */
const BLOCK_BYTES = 1024 * 1024;
/** Line starts of one index block. */
const BLOCK_LINES = 64 * 1024;
const LINE_FEED = 0x0a;

/** A hole in a log: the machine dropped that many bytes of output before the stored byte `at`. */
interface Gap {
  readonly at: number;
  readonly bytes: number;
}

/**
 * A log's bytes, append-only, with an index of its lines; the one copy that search, scroll-back and export work on.
 * Offsets count stored bytes; a dropped middle (`gaps`) makes the machine's positions larger.
 */
export interface ByteStore {
  /** Appends bytes that stand at `position` of the machine's output; those that are stored already are left out. */
  append(bytes: Uint8Array, position: number): void;
  /** Returns how many bytes are stored. */
  length(): number;
  /** Returns the position in the machine's output of the next byte that is wanted. */
  position(): number;
  /** Returns how many lines have begun: a log that ends with a line feed has no empty line after it. */
  lineCount(): number;
  /** Returns the offset of a line's first byte; for the line after the last one, the store's length. */
  lineStart(line: number): number;
  /** Returns the line that holds the byte at `offset`. */
  lineAt(offset: number): number;
  /** Returns the bytes from `from` to before `to`; they are copied only where they span several blocks. */
  read(from: number, to: number): Uint8Array;
  /** Returns the same bytes as views on the blocks, never copied. */
  parts(from: number, to: number): Uint8Array<ArrayBuffer>[];
  /** Returns the offset of a position of the machine's output; for a dropped byte, the offset after its gap. */
  offsetOf(position: number): number;
  readonly gaps: readonly Gap[];
}

/** Creates an empty store. */
export function createByteStore(): ByteStore {
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  const lines = createLineIndex();
  const gaps: Gap[] = [];
  let length = 0;
  let skipped = 0;

  const store = (bytes: Uint8Array): void => {
    lines.scan(bytes, length);
    for (let rest = bytes; rest.length > 0;) {
      const within = length % BLOCK_BYTES;
      if (within === 0) blocks.push(new Uint8Array(BLOCK_BYTES));
      const part = rest.subarray(0, BLOCK_BYTES - within);
      blocks.at(-1)?.set(part, within);
      length += part.length;
      rest = rest.subarray(part.length);
    }
  };

  const parts = (from: number, to: number): Uint8Array<ArrayBuffer>[] => {
    const found: Uint8Array<ArrayBuffer>[] = [];
    const end = Math.min(to, length);
    for (let at = Math.max(0, from); at < end;) {
      const within = at % BLOCK_BYTES;
      const part = blocks[Math.floor(at / BLOCK_BYTES)]?.subarray(within, within + end - at);
      if (part === undefined) break;
      found.push(part);
      at += part.length;
    }
    return found;
  };

  return {
    append: (bytes, position) => {
      const next = length + skipped;
      if (position > next) {
        gaps.push({ at: length, bytes: position - next });
        skipped += position - next;
      }
      store(bytes.subarray(Math.max(0, next - position)));
    },
    length: () => length,
    position: () => length + skipped,
    lineCount: () => lines.count(length),
    lineStart: (line) => lines.start(line) ?? length,
    lineAt: (offset) => lines.at(offset),
    read: (from, to) => join(parts(from, to)),
    parts,
    offsetOf: (position) => {
      let dropped = 0;
      for (const gap of gaps) {
        if (position < gap.at + dropped + gap.bytes) return Math.min(position - dropped, gap.at);
        dropped += gap.bytes;
      }
      return Math.min(position - dropped, length);
    },
    gaps,
  };
}

/** Returns parts as one array; a single part is returned as it is, not copied. */
function join(parts: readonly Uint8Array[]): Uint8Array {
  const [first] = parts;
  if (first === undefined) return new Uint8Array(0);
  if (parts.length === 1) return first;
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Keeps where lines begin, in four bytes a line: a log is at most 1 GiB (docs/decisions/limits-of-logs.md). */
function createLineIndex() {
  const blocks = [new Uint32Array(BLOCK_LINES)];
  let starts = 1;

  const start = (line: number): number | undefined =>
    line < starts ? blocks[Math.floor(line / BLOCK_LINES)]?.[line % BLOCK_LINES] : undefined;

  const push = (offset: number): void => {
    if (starts % BLOCK_LINES === 0) blocks.push(new Uint32Array(BLOCK_LINES));
    const block = blocks.at(-1);
    if (block !== undefined) block[starts % BLOCK_LINES] = offset;
    starts += 1;
  };

  return {
    start,
    /** Notes the lines that begin in bytes that are stored at `offset`. */
    scan: (bytes: Uint8Array, offset: number): void => {
      for (let at = bytes.indexOf(LINE_FEED); at !== -1; at = bytes.indexOf(LINE_FEED, at + 1)) {
        push(offset + at + 1);
      }
    },
    count: (length: number): number => (start(starts - 1) === length ? starts - 1 : starts),
    at: (offset: number): number => {
      let low = 0;
      let high = starts - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((start(middle) ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}
