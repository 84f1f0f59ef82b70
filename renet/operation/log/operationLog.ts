import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationEvent } from '../../../shared/model.ts';
import { createDurableFile, isDiskFull } from './durableFile.ts';
import type { DurableFile } from './durableFile.ts';
import { createOutputSegments } from './outputSegments.ts';
import type { OutputSegments } from './outputSegments.ts';
import { ensureFolder, removeIfThere, writeAtomically } from '../../host.ts';
import { operationFolder, spareOperationsFolder } from '../../paths.ts';
import type { Paths } from '../../paths.ts';
import { identify } from '../../process.ts';

/**
 * The file of an operation's events, one numbered line each. A log is the folder `{datastore}/.operations/{id}/`: this
 * file, the bytes of the output in segments called `output.{position of the first byte}`, and `process.json`, which
 * tells the process that writes the log. Output is never parsed, so nothing in it can pass for an event.
 *
 * An operation that begins while the datastore is full has its log under /run instead: just then operations that close
 * a repository or free space must be able to run.
 */
export const EVENTS_FILE = 'events.jsonl';

/** The file that tells which process writes the log. */
export const PROCESS_FILE = 'process.json';

/**
 * A file that keeps space for events. It is given up when the disk is full, so that the verdict can still be written.
 */
const RESERVE_FILE = 'reserve';
const RESERVE_BYTES = 256 * 1024;

/** The size of a segment of output; all that are kept are 1 GiB together (docs/decisions/limits-of-logs.md). */
const SEGMENT_BYTES = 64 * 1024 * 1024;
/** The size of a segment under /run, which is memory. */
const SPARE_SEGMENT_BYTES = 256 * 1024;

/** An event without its number, its time and its position in the output, which the log adds. */
type EventBody = OperationEvent extends infer E
  ? E extends OperationEvent
    ? Omit<E, 'n' | 'at' | 'output'>
    : never
  : never;

/** The log of one operation, as the operation writes it. */
export interface OperationLog {
  /**
   * Appends one event. It is on disk when this returns, and so is all output before it: the last event is what the
   * operation is known to have come to.
   */
  event(body: EventBody): void;
  /** Appends bytes of output; they are on disk within a second. */
  output(bytes: Uint8Array): void;
  /** Returns the position of the next output byte. */
  position(): number;
  close(): void;
}

/** Returns the folder where an operation's log is, or will be. */
export function logFolder(paths: Paths, id: string): string {
  const spare = join(spareOperationsFolder(paths), id);
  return existsSync(spare) ? spare : operationFolder(paths, id);
}

/**
 * Makes the log of a new operation: in the datastore, or under /run when the datastore is full. `clock` returns
 * milliseconds since the epoch.
 */
export async function openOperationLog(paths: Paths, id: string, clock: () => number): Promise<OperationLog> {
  try {
    return await createLog(operationFolder(paths, id), clock);
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    return createLog(join(spareOperationsFolder(paths), id), clock, SPARE_SEGMENT_BYTES);
  }
}

/**
 * Makes a new log in `folder`, which is made too (mode 0700, root's alone). Throws when the folder exists, because an
 * operation runs once; when the disk is full nothing is left of it.
 */
export async function createLog(
  folder: string,
  clock: () => number,
  segmentBytes = SEGMENT_BYTES,
): Promise<OperationLog> {
  await ensureFolder(join(folder, '..'), 0o700);
  await mkdir(folder, { mode: 0o700 });
  const { events, output } = await makeFiles(folder, segmentBytes);
  const reserve = join(folder, RESERVE_FILE);
  let eventBytes = 0;
  let next = 0;

  return {
    event: (body) => {
      const line: OperationEvent = { n: next, at: clock(), output: output.position(), ...body };
      const bytes = Buffer.from(JSON.stringify(line) + '\n');
      try {
        output.sync();
        events.write(bytes, eventBytes);
      } catch (error) {
        if (!isDiskFull(error)) throw error;
        output.stop();
        rmSync(reserve, { force: true });
        // This overwrites what the first attempt wrote of the line.
        events.write(bytes, eventBytes);
      }
      events.sync();
      eventBytes += bytes.length;
      next += 1;
    },
    output: (bytes) => output.append(bytes),
    position: () => output.position(),
    close: () => {
      output.close();
      events.close();
      rmSync(reserve, { force: true });
    },
  };
}

/** Makes the files of a log in its new folder; removes the folder again when there is no room for them. */
async function makeFiles(
  folder: string,
  segmentBytes: number,
): Promise<{ events: DurableFile; output: OutputSegments }> {
  try {
    await writeAtomically(join(folder, PROCESS_FILE), JSON.stringify(identify(process.pid)), { mode: 0o600 });
    writeFileSync(join(folder, RESERVE_FILE), Buffer.alloc(RESERVE_BYTES, 1), { mode: 0o600 });
    const events = createDurableFile(join(folder, EVENTS_FILE));
    return { events, output: createOutputSegments(folder, segmentBytes) };
  } catch (error) {
    await removeIfThere(folder);
    throw error;
  }
}
