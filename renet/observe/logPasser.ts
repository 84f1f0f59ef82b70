import type { ContainerLogWords, LogPlace, LogPlaces } from '../../shared/protocol/protocol.ts';
import type { TimedFrame } from './dockerLog.ts';
import { createPlaceKeeper } from './logPlace.ts';

/** The way out for one container's log; `lines` is undefined when it is the only one. */
export interface Out {
  lines: Lines | undefined;
  send: (bytes: Uint8Array, places?: LogPlaces) => Promise<void>;
  signal: AbortSignal;
}

/** What goes out: an entry, or a line of ours, which has no time. */
type Piece = Pick<TimedFrame, 'bytes' | 'time'>;

/** Makes a line of ours. */
export function lineOf(text: string): Piece {
  return { bytes: Buffer.from(`${text}\n`) };
}

/** Makes the way of one container's entries to the reader, which leaves out those that it has, and tells its place. */
export function createPasser(
  id: string,
  from: LogPlace | undefined,
  words: ContainerLogWords,
  { lines, send }: Out,
): { pass: (pieces: readonly Piece[]) => Promise<void>; finish: () => Promise<void> } {
  const keeper = createPlaceKeeper(from);
  const shown = (bytes: Uint8Array): Uint8Array => (lines === undefined ? bytes : lines.add(bytes));
  const places = (): LogPlaces => {
    const place = keeper.place();
    return place === undefined ? {} : { [id]: place };
  };
  let told: LogPlaces = {};
  return {
    pass: async (pieces) => {
      const ready: Uint8Array[] = [];
      for (const { bytes, time } of pieces) {
        // A line of ours among entries that the reader has was told with them.
        const { isRead, gap } =
          time === undefined ? { isRead: keeper.isBehind(), gap: false } : keeper.take(time);
        if (isRead) continue;
        if (gap && words.missed !== undefined) ready.push(shown(lineOf(words.missed).bytes));
        ready.push(shown(bytes));
        // The reader is behind entries whose line has no end yet.
        if (lines === undefined || lines.isWhole()) told = places();
      }
      const bytes = Buffer.concat(ready);
      if (bytes.length > 0) await send(bytes, told);
    },
    finish: async () => {
      const last = lines?.end();
      if (last !== undefined && last.length > 0) await send(last, places());
    },
  };
}

/** The bytes after which a line without an end is cut. */
const LONGEST_LINE = 64 * 1024;

/** A cutter of bytes into lines. */
interface Lines {
  /** Takes more bytes and returns the lines that are now whole, each with the prefix. */
  add(bytes: Uint8Array): Uint8Array;
  /** Tells whether no line has begun that has no end yet. */
  isWhole(): boolean;
  /** Returns the last line, if it has no end. */
  end(): Uint8Array;
}

/** Makes a cutter that puts a prefix before each line. */
export function createLines(prefix: string): Lines {
  // Read as Latin-1, every byte is one character, so no character is torn where two pieces meet.
  let rest = '';
  const whole = (lines: readonly string[]): Uint8Array =>
    Buffer.concat(lines.flatMap((line) => [Buffer.from(prefix), Buffer.from(`${line}\n`, 'latin1')]));
  return {
    add: (bytes) => {
      const lines = (rest + Buffer.from(bytes).toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length >= LONGEST_LINE) {
        lines.push(rest);
        rest = '';
      }
      return whole(lines);
    },
    isWhole: () => rest === '',
    end: () => whole(rest === '' ? [] : [rest]),
  };
}
