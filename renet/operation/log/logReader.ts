import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { join } from 'node:path';
import type { OperationEvent, Verdict } from '../../../shared/model.ts';
import type { LogPosition } from '../../../shared/protocol/protocol.ts';
import type { Paths } from '../../paths.ts';
import { createEventReader } from './events.ts';
import { openLogFile } from './logFiles.ts';
import { isRunning } from './logProcess.ts';
import { segmentName, segmentPositions } from './outputSegments.ts';

/** The receiver of what is read. Its calls may wait (for credit), and the reader waits with them. */
export interface LogSink {
  event(event: OperationEvent): Promise<void>;
  output(bytes: Uint8Array, position: number): Promise<void>;
}

const READ_BYTES = 64 * 1024;
const LIVENESS_MILLISECONDS = 1_000;

/**
 * Reads an operation's log from a position to its end, and follows it while it is written; each event comes after the
 * output that was written before it. Resolves with `verdict` at the log's end, with `lost` when the process is gone
 * without one, and with `closed` when `signal` aborted. Throws operation-log-damaged.
 */
export async function readLog(
  paths: Paths,
  folder: string,
  from: LogPosition,
  sink: LogSink,
  signal: AbortSignal,
): Promise<'verdict' | 'lost' | 'closed'> {
  const changes = watchFolder(folder);
  const position = { ...from };
  const events = createEventReader(folder);
  let ended = false;
  const isOver = (): boolean => signal.aborted;
  try {
    while (!isOver()) {
      const seen = changes.count();
      // Asked before the log is read: all that a process wrote before it ended is then read below.
      const running = await isRunning(paths, folder);
      for await (const event of events.read()) {
        ended = event.type === 'verdict';
        if (event.n < position.event) continue;
        await readOutput(folder, position, event.output, sink, signal);
        if (isOver()) return 'closed';
        await sink.event(event);
        position.event = event.n + 1;
      }
      if (ended) return 'verdict';
      await readOutput(folder, position, Number.POSITIVE_INFINITY, sink, signal);
      if (!running && !isOver()) return 'lost';
      await changes.next(seen, signal);
    }
    return 'closed';
  } finally {
    changes.close();
  }
}

/**
 * Waits for an operation's end without reading its output. Resolves with its verdict; undefined when the operation was
 * lost, or `signal` aborted first.
 */
export async function awaitVerdict(
  paths: Paths,
  folder: string,
  signal: AbortSignal,
): Promise<Verdict | undefined> {
  let verdict: Verdict | undefined;
  const sink: LogSink = {
    event: (event) => {
      if (event.type === 'verdict') verdict = event.verdict;
      return Promise.resolve();
    },
    output: () => Promise.resolve(),
  };
  await readLog(paths, folder, { event: 0, output: Number.MAX_SAFE_INTEGER }, sink, signal);
  return verdict;
}

/** Sends the output from `position` up to `until`, or up to the last byte there is. Moves `position` on. */
async function readOutput(
  folder: string,
  position: LogPosition,
  until: number,
  sink: LogSink,
  signal: AbortSignal,
): Promise<void> {
  while (position.output < until && !signal.aborted) {
    const segments = await segmentPositions(folder);
    const current = segments.filter((start) => start <= position.output).at(-1);
    const next = segments.find((start) => start > position.output);
    const part =
      current === undefined
        ? undefined
        : await readPart(folder, current, position.output, until - position.output);
    if (part !== undefined && part.length > 0) {
      await sink.output(part, position.output);
      position.output += part.length;
    } else if (next === undefined) {
      return;
    } else {
      // The middle of a very long log was dropped: reading goes on with the next segment, and the positions show how
      // many bytes are missing.
      position.output = Math.min(next, until);
    }
  }
}

/** Reads at most `most` bytes of the output from position `from` on, out of the segment that begins at `start`. */
async function readPart(
  folder: string,
  start: number,
  from: number,
  most: number,
): Promise<Uint8Array | undefined> {
  // What is no file any more counts as dropped.
  const file = await openLogFile(join(folder, segmentName(start))).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const buffer = Buffer.alloc(Math.min(READ_BYTES, most));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from - start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The changes in a watched folder, counted. */
interface Changes {
  count(): number;
  /**
   * Resolves when something changed after the count was `seen`, or when `signal` aborts; after a second in any case,
   * because a process may end without writing.
   */
  next(seen: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Watches the changes in a folder, which need not be there. */
export function watchFolder(folder: string): Changes {
  let count = 0;
  let wake: () => void = () => undefined;
  const watcher = watchIfPossible(folder, () => {
    count += 1;
    wake();
  });
  return {
    count: () => count,
    next: (seen, signal) =>
      new Promise((resolve) => {
        if (count !== seen || signal.aborted) {
          resolve();
          return;
        }
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener('abort', done);
          resolve();
        };
        const timer = setTimeout(done, LIVENESS_MILLISECONDS);
        signal.addEventListener('abort', done, { once: true });
        wake = done;
      }),
    close: () => watcher?.close(),
  };
}

/**
 * Watches a folder. Returns undefined when the kernel allows this account no more watches; changes are then seen up to
 * a second later.
 */
function watchIfPossible(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(folder, changed).on('error', () => undefined);
  } catch {
    return undefined;
  }
}
