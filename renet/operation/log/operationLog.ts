import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { toAppError } from '../../../shared/errors.ts';
import type { OperationEvent } from '../../../shared/model.ts';
import { createDurableFile } from './durableFile.ts';
import type { DurableFile } from './durableFile.ts';
import { ensureFolder, removeIfThere, writeAtomically } from '../../host.ts';
import { operationFolder, spareOperationsFolder } from '../../paths.ts';
import type { Paths } from '../../paths.ts';
import { identify } from '../../process.ts';

/**
 * An operation's log on disk, in `{datastore}/.operations/{id}/`: `events.jsonl` (numbered lines), the output's bytes
 * in segments `output.{position of the first byte}`, and `process.json` (who writes it). Output and events are apart:
 * nothing parses output, so nothing in it can forge an event.
 *
 * One that begins while the datastore is full has its log under /run instead: what closes a repository or frees space
 * must run then above all.
 */
export const EVENTS_FILE = 'events.jsonl';
export const PROCESS_FILE = 'process.json';
/** Room for the events of an operation that runs out of disk: given up for them, so that its verdict is kept. */
const RESERVE_FILE = 'reserve';
const RESERVE_BYTES = 256 * 1024;
const OUTPUT_PREFIX = 'output.';

/**
 * Segments kept at the start and at the end; what is between them is dropped (1 GiB in all:
 * docs/decisions/limits-of-logs.md).
 */
const SEGMENTS_KEPT = { first: 8, last: 8 };
const SEGMENT_BYTES = 64 * 1024 * 1024;
/** The same of a log that takes memory, not disk. */
const SPARE_SEGMENT_BYTES = 256 * 1024;

/** An event before it has its number, its time and its place in the output. */
type EventBody = OperationEvent extends infer E
  ? E extends OperationEvent
    ? Omit<E, 'n' | 'at' | 'output'>
    : never
  : never;

export interface OperationLog {
  /** Appends one event; on disk when it returns (its end is the operation's truth), and all output before it. */
  event(body: EventBody): void;
  /** Appends output bytes; on disk within a second. */
  output(bytes: Uint8Array): void;
  /** Position of the next output byte. */
  position(): number;
  close(): void;
}

/** The file name of the segment whose first byte stands at `position`. */
export function segmentName(position: number): string {
  return OUTPUT_PREFIX + String(position).padStart(15, '0');
}

/** The segments of a folder as positions, in order. */
export async function segmentPositions(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.startsWith(OUTPUT_PREFIX))
    .map((name) => Number(name.slice(OUTPUT_PREFIX.length)))
    .sort((a, b) => a - b);
}

/** The folder of an operation's log, or where it will be. */
export function logFolder(paths: Paths, id: string): string {
  const spare = join(spareOperationsFolder(paths), id);
  return existsSync(spare) ? spare : operationFolder(paths, id);
}

/** Opens the new log of an operation, where there is room for it. */
export async function openLog(paths: Paths, id: string, clock: () => number): Promise<OperationLog> {
  try {
    return await createLog(operationFolder(paths, id), clock);
  } catch (error) {
    if (!isFull(error)) throw error;
    return createLog(join(spareOperationsFolder(paths), id), clock, SPARE_SEGMENT_BYTES);
  }
}

/**
 * Opens a new log in `folder` (made 0700, root's alone). Throws when it exists already, because an operation runs
 * once; a full disk leaves nothing of it.
 */
export async function createLog(
  folder: string,
  clock: () => number,
  segmentBytes = SEGMENT_BYTES,
): Promise<OperationLog> {
  await ensureFolder(join(folder, '..'), 0o700);
  await mkdir(folder, { mode: 0o700 });
  const { events, first } = await makeFiles(folder);
  const reserve = join(folder, RESERVE_FILE);
  let full = false;
  let eventBytes = 0;
  let segment = first;
  let inSegment = 0;
  let position = 0;
  let next = 0;
  const segments = [0];

  const rotate = (): void => {
    segment.close();
    segment = createDurableFile(join(folder, segmentName(position)));
    inSegment = 0;
    segments.push(position);
    if (segments.length > SEGMENTS_KEPT.first + SEGMENTS_KEPT.last) {
      const [dropped] = segments.splice(SEGMENTS_KEPT.first, 1);
      // A reader that holds it open still reads it to its end.
      if (dropped !== undefined) void unlink(join(folder, segmentName(dropped))).catch(() => undefined);
    }
  };

  return {
    event: (body) => {
      const line: OperationEvent = { n: next, at: clock(), output: position, ...body };
      const bytes = Buffer.from(JSON.stringify(line) + '\n');
      try {
        segment.sync();
        events.write(bytes, eventBytes);
      } catch (error) {
        if (!isFull(error)) throw error;
        full = true;
        rmSync(reserve, { force: true });
        // Over what the first attempt left of the line.
        events.write(bytes, eventBytes);
      }
      events.sync();
      eventBytes += bytes.length;
      next += 1;
    },
    output: (bytes) => {
      // A full disk ends the log's output, not the operation.
      if (full) return;
      let rest = bytes;
      while (rest.length > 0) {
        if (inSegment >= segmentBytes) rotate();
        const part = rest.subarray(0, segmentBytes - inSegment);
        try {
          segment.write(part, inSegment);
        } catch (error) {
          if (!isFull(error)) throw error;
          full = true;
          segment.truncate(inSegment);
          return;
        }
        inSegment += part.length;
        position += part.length;
        rest = rest.subarray(part.length);
      }
    },
    position: () => position,
    close: () => {
      segment.close();
      events.close();
      rmSync(reserve, { force: true });
    },
  };
}

/** Makes the files of a log in its new folder; takes the folder away again when they have no room. */
async function makeFiles(folder: string): Promise<{ events: DurableFile; first: DurableFile }> {
  try {
    await writeAtomically(join(folder, PROCESS_FILE), JSON.stringify(identify(process.pid)), { mode: 0o600 });
    writeFileSync(join(folder, RESERVE_FILE), Buffer.alloc(RESERVE_BYTES, 1), { mode: 0o600 });
    const events = createDurableFile(join(folder, EVENTS_FILE));
    return { events, first: createDurableFile(join(folder, segmentName(0))) };
  } catch (error) {
    await removeIfThere(folder);
    throw error;
  }
}

function isFull(error: unknown): boolean {
  return toAppError(error).code === 'disk-full';
}
