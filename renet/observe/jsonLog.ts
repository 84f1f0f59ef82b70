import { parseTime } from './logPlace.ts';

/**
 * A part of a log file of Docker's driver json-file: an entry, or the number of bytes that are not one any more, which
 * nobody knows of the rest of a file that cannot be read.
 */
export type LogPart = LogEntry | { lost: number | 'rest' };

/** What a container wrote, and when; an entry without a readable time has none. */
interface LogEntry {
  bytes: Uint8Array;
  time?: bigint;
}

/** The longest line that can be an entry, bytes. Docker cuts entries at 16 KiB, which JSON may write six times as long. */
const LONGEST_ENTRY = 256 * 1024;

const END_OF_LINE = 10;

/** A reader of a log file's bytes. */
interface JsonLogReader {
  /** Takes more bytes and returns the parts that are now whole. */
  add(chunk: Uint8Array): LogPart[];
  /** Returns what is left: the lost bytes. A last line without an end counts as lost, unless it is `stillWritten`. */
  end(stillWritten?: boolean): LogPart[];
}

/**
 * Makes a reader of log files, which goes over what a power cut leaves: zeros where the last blocks should be, and
 * before them a line that breaks off. What is lost is told before the entry that follows it.
 */
export function createJsonLogReader(): JsonLogReader {
  let line: Buffer[] = [];
  let length = 0;
  let lost = 0;
  const forgetLine = (): void => {
    lost += length;
    line = [];
    length = 0;
  };
  const take = (piece: Buffer): void => {
    line.push(piece);
    length += piece.length;
    if (length > LONGEST_ENTRY) forgetLine();
  };
  const endLine = (): LogPart[] => {
    const entry = entryOf(Buffer.concat(line));
    if (entry === undefined) {
      forgetLine();
      lost += 1;
      return [];
    }
    line = [];
    length = 0;
    return [...told(), entry];
  };
  const told = (): LogPart[] => {
    const parts = lost === 0 ? [] : [{ lost }];
    lost = 0;
    return parts;
  };
  return {
    add: (chunk) => {
      const bytes = Buffer.from(chunk);
      const parts: LogPart[] = [];
      for (let at = 0; at < bytes.length;) {
        const zeros = zerosAt(bytes, at);
        if (zeros > 0) {
          forgetLine();
          lost += zeros;
          at += zeros;
          continue;
        }
        const ends = [bytes.indexOf(END_OF_LINE, at), bytes.indexOf(0, at)].filter((end) => end >= 0);
        const end = Math.min(bytes.length, ...ends);
        take(bytes.subarray(at, end));
        at = end;
        if (bytes[end] !== END_OF_LINE) continue;
        parts.push(...endLine());
        at += 1;
      }
      return parts;
    },
    end: (stillWritten = false) => {
      if (!stillWritten) forgetLine();
      return told();
    },
  };
}

function zerosAt(bytes: Buffer, from: number): number {
  let to = from;
  while (bytes[to] === 0) to += 1;
  return to - from;
}

/** Returns the entry that one line of the file is; undefined when it is none. */
function entryOf(line: Buffer): LogEntry | undefined {
  try {
    const entry: unknown = JSON.parse(line.toString('utf8'));
    if (typeof entry !== 'object' || entry === null || !('log' in entry)) return undefined;
    if (typeof entry.log !== 'string') return undefined;
    const time = 'time' in entry && typeof entry.time === 'string' ? parseTime(entry.time) : undefined;
    return { bytes: Buffer.from(entry.log), ...(time !== undefined && { time }) };
  } catch {
    return undefined;
  }
}
