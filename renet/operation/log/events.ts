import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationEvent, OperationHead } from '../../../shared/model.ts';
import { parseJson } from '../../json.ts';
import { damagedLog, LONGEST_LINE_BYTES, openLogFile } from './logFiles.ts';

/**
 * The file of an operation's events, one numbered line each. A log is the folder `{datastore}/.operations/{id}/`: this
 * file, the bytes of the output in segments called `output.{position of the first byte}`, and `process.json`, which
 * tells the process that writes the log. Output is never parsed, so nothing in it can pass for an event.
 *
 * An operation that begins while the datastore is full has its log under /run instead: just then operations that close
 * a repository or free space must be able to run.
 */
export const EVENTS_FILE = 'events.jsonl';

const PART_BYTES = 64 * 1024;

/** The largest file of events that is read: weeks of an operation that tells its progress every second. */
const LARGEST_BYTES = 256 * 1024 * 1024;

/** The spoiled lines that are stood in for; a log with more of them is given up, as every line costs a reader. */
const MOST_SPOILED = 1000;

/** The readers of a log's parts. What does not have the form is undefined, whoever wrote it. */
export interface LogParser {
  event(line: string): OperationEvent | undefined;
  head(value: unknown): OperationHead | undefined;
}

/** Loads the schemas of what a log holds. They are not loaded with the agent, whose start they would slow. */
export async function loadLogParser(): Promise<LogParser> {
  const { operationEventSchema, operationHeadSchema } = await import('../../../shared/model.ts');
  return {
    event: (line) => {
      const value = parseJson(line);
      return operationEventSchema.safeParse(value).success ? (value as OperationEvent) : undefined;
    },
    head: (value) => (operationHeadSchema.safeParse(value).success ? (value as OperationHead) : undefined),
  };
}

/** A reader of a log's events that goes on where it stopped. */
export interface EventReader {
  /**
   * Reads the events whose lines were completed since the last call. Each has its line's number, and for a line that the
   * disk has spoiled a notice stands in, so that the numbers have no gap. Throws operation-log-damaged for a file that
   * is none, or that has spoiled lines without end.
   */
  read(): AsyncGenerator<OperationEvent>;
}

/** Makes a reader of the events in a log's folder. A last line that is only half there is not read. */
export function createEventReader(folder: string): EventReader {
  const path = join(folder, EVENTS_FILE);
  const lines = createLineSplitter();
  let position = 0;
  let spoiled = 0;
  let n = 0;
  let last = { at: 0, output: 0 };

  const eventOf = (line: string | undefined, parser: LogParser): OperationEvent => {
    const parsed = line === undefined ? undefined : parser.event(line);
    if (parsed !== undefined) {
      last = { at: parsed.at, output: parsed.output };
      return { ...parsed, n };
    }
    spoiled += 1;
    if (spoiled > MOST_SPOILED) throw damagedLog(path, `more than ${MOST_SPOILED} of its lines are spoiled`);
    const notice = { code: 'event-unreadable', details: { line: n + 1 } } as const;
    return { ...last, n, type: 'notice', notice };
  };

  return {
    read: async function* () {
      const parser = await loadLogParser();
      const file = await openLogFile(path);
      if (file === undefined) return;
      try {
        const { size } = await file.stat();
        if (size > LARGEST_BYTES) throw damagedLog(path, `it has ${size} bytes`);
        for (;;) {
          const part = await readAt(file, position);
          if (part.length === 0) return;
          position += part.length;
          for (const line of lines(part)) {
            const event = eventOf(line, parser);
            n += 1;
            yield event;
          }
        }
      } finally {
        await file.close();
      }
    },
  };
}

async function readAt(file: FileHandle, position: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(PART_BYTES), 0, PART_BYTES, position);
  return buffer.subarray(0, bytesRead);
}

/**
 * Makes a splitter of bytes into lines, in any cut. A line that is longer than any that is written comes as undefined,
 * and is not kept in memory.
 */
function createLineSplitter(): (part: Buffer) => (string | undefined)[] {
  let kept: Buffer[] = [];
  let length = 0;
  const keep = (bytes: Buffer): void => {
    length += bytes.length;
    if (length <= LONGEST_LINE_BYTES) kept.push(bytes);
    else kept = [];
  };
  return (part) => {
    const lines: (string | undefined)[] = [];
    let begin = 0;
    for (let end = part.indexOf(0x0a); end >= 0; end = part.indexOf(0x0a, begin)) {
      keep(part.subarray(begin, end));
      lines.push(length > LONGEST_LINE_BYTES ? undefined : Buffer.concat(kept).toString('utf8'));
      kept = [];
      length = 0;
      begin = end + 1;
    }
    keep(part.subarray(begin));
    return lines;
  };
}
