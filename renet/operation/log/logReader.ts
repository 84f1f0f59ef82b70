import { watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { OperationEvent, Verdict } from '../../../shared/model.ts';
import type { LogPosition } from '../../../shared/protocol/protocol.ts';
import { readTextIfThere } from '../../host.ts';
import { EVENTS_FILE, segmentName, segmentPositions } from './operationLog.ts';
import { isRunning, parseEvents } from '../knownOperations.ts';

/** Where a reader's events and bytes go. Both may wait (credit); the reader waits with them. */
export interface LogSink {
  event(event: OperationEvent): Promise<void>;
  output(bytes: Uint8Array, position: number): Promise<void>;
}

const READ_BYTES = 64 * 1024;
const LIVENESS_MILLISECONDS = 1_000;

/**
 * Reads an operation's log from a position to its end, following it while it is written: each event after the output
 * that came before it. Ends with `verdict`, with `lost` when the process is gone without one, or `closed` by `signal`.
 */
export async function readLog(
  folder: string,
  from: LogPosition,
  sink: LogSink,
  signal: AbortSignal,
): Promise<'verdict' | 'lost' | 'closed'> {
  const changes = watchFolder(folder);
  const position = { ...from };
  const isOver = (): boolean => signal.aborted;
  try {
    while (!isOver()) {
      const seen = changes.count();
      // Asked before reading: what was written before the process ended is then read below.
      const running = await isRunning(folder);
      const events = parseEvents((await readTextIfThere(join(folder, EVENTS_FILE))) ?? '');
      for (const event of events.filter(({ n }) => n >= position.event)) {
        await readOutput(folder, position, event.output, sink, signal);
        if (isOver()) return 'closed';
        await sink.event(event);
        position.event = event.n + 1;
      }
      if (events.at(-1)?.type === 'verdict') return 'verdict';
      await readOutput(folder, position, Number.POSITIVE_INFINITY, sink, signal);
      if (!running && !isOver()) return 'lost';
      await changes.next(seen, signal);
    }
    return 'closed';
  } finally {
    changes.close();
  }
}

/** Waits for an operation's end without reading its output; answers its verdict, undefined when it was lost. */
export async function awaitVerdict(folder: string, signal: AbortSignal): Promise<Verdict | undefined> {
  let verdict: Verdict | undefined;
  const sink: LogSink = {
    event: (event) => {
      if (event.type === 'verdict') verdict = event.verdict;
      return Promise.resolve();
    },
    output: () => Promise.resolve(),
  };
  await readLog(folder, { event: 0, output: Number.MAX_SAFE_INTEGER }, sink, signal);
  return verdict;
}

/** Sends output from `position` up to `until` (or to what is there). Moves `position` on. */
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
      // The middle of a very long log was dropped: go on where it goes on; the positions tell how much is missing.
      position.output = Math.min(next, until);
    }
  }
}

async function readPart(
  folder: string,
  start: number,
  from: number,
  most: number,
): Promise<Uint8Array | undefined> {
  const file = await open(join(folder, segmentName(start)), 'r').catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const buffer = Buffer.alloc(Math.min(READ_BYTES, most));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, from - start);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

interface Changes {
  count(): number;
  /** Resolves when something changed after `seen`, or after a moment: a process may end without writing. */
  next(seen: number, signal: AbortSignal): Promise<void>;
  close(): void;
}

function watchFolder(folder: string): Changes {
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

/** Without a watch (the kernel gives each account only so many) what was written is seen a moment later. */
function watchIfPossible(folder: string, changed: () => void): FSWatcher | undefined {
  try {
    return watch(folder, changed).on('error', () => undefined);
  } catch {
    return undefined;
  }
}
