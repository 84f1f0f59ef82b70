import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationEvent, OperationHead } from '../../../shared/model.ts';
import { createDurableFile, takesNoMore } from './durableFile.ts';
import type { DurableFile } from './durableFile.ts';
import { createOutputSegments } from './outputSegments.ts';
import type { OutputSegments } from './outputSegments.ts';
import { ensureFolder, hasCode, removeIfThere, writeAtomically } from '../../host.ts';
import { operationFolder, spareOperationsFolder } from '../../paths.ts';
import type { Paths } from '../../paths.ts';
import { bootClock, identify } from '../../process.ts';
import { withLogsLock } from '../locks.ts';
import { EVENTS_FILE } from './events.ts';
import { addToIndex } from './logIndex.ts';
import { PROCESS_FILE } from './logProcess.ts';

/**
 * A file that keeps space for events. It is given up when the disk is full, so that the verdict can still be written.
 */
const RESERVE_FILE = 'reserve';
const RESERVE_BYTES = 256 * 1024;

/** The size of a segment of output; all that are kept are 256 MiB together (docs/decisions/limits-of-logs.md). */
const SEGMENT_BYTES = 16 * 1024 * 1024;
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
 * Gives a new operation the next number, and makes its log: in the datastore, or under /run when it cannot be made there.
 * `clock` returns milliseconds since the epoch; it is asked once, and the times of the log go on from there, whatever
 * becomes of the clock. Throws machine-busy.
 */
export async function openOperationLog(
  paths: Paths,
  about: Omit<OperationHead, 'sequence' | 'startedAt' | 'boot'>,
  clock: () => number,
): Promise<{ head: OperationHead; log: OperationLog }> {
  const head = await withLogsLock(paths, () =>
    addToIndex(paths, (sequence) => ({ ...about, sequence, startedAt: clock(), boot: bootClock() })),
  );
  const begun = performance.now();
  const steady = (): number => head.startedAt + Math.round(performance.now() - begun);
  const { id } = about;
  try {
    return { head, log: await createLog(operationFolder(paths, id), steady) };
  } catch (error) {
    // An operation runs once. Whatever else is wrong with the datastore, what stops and closes must be able to run.
    if (hasCode(error, 'EEXIST')) throw error;
    const folder = join(spareOperationsFolder(paths), id);
    return { head, log: await createLog(folder, steady, SPARE_SEGMENT_BYTES) };
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
        if (!takesNoMore(error)) throw error;
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
