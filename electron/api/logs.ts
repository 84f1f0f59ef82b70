import type { ApiPayload } from '../../shared/api/api.ts';
import { LOG_WINDOW } from '../../shared/api/api.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import type { Reason } from '../../shared/errors.ts';
import type { OperationEvent } from '../../shared/model.ts';
import type { Sink } from './sink.ts';

/** What a log's source writes into. */
export interface LogWriter {
  event(event: OperationEvent): void;
  /** Resolves when the window has room for more: a source that waits for it is slowed to the window's pace. */
  output(bytes: Uint8Array, offset: number): Promise<void>;
  connection(state: Omit<ApiPayload<'log.connection'>, 'log'>): void;
  /** Aborted when nobody reads any more. */
  readonly signal: AbortSignal;
}

/** Writes a log to its end and says how it ended. */
export type LogReader = (writer: LogWriter) => Promise<'verdict' | 'lost' | 'end'>;

/** The logs that one window has open. */
export interface Logs {
  open(read: LogReader): number;
  ack(log: number, bytes: number): void;
  close(log: number): void;
  closeAll(): void;
}

/** Bytes under way to the window, and who waits for room. */
interface Open {
  readonly abort: AbortController;
  unacknowledged: number;
  roomMade: () => void;
}

/** Logs that a window may have open at once: more is a mistake, or an attack. */
const MOST_LOGS = 64;

/** Makes the logs of one window, of each of which at most LOG_WINDOW bytes are under way. */
export function createLogs(sink: Sink): Logs {
  const logs = new Map<number, Open>();
  let nextLog = 0;

  const close = (log: number): void => {
    const open = logs.get(log);
    logs.delete(log);
    open?.abort.abort();
    open?.roomMade();
  };

  return {
    open: (read) => {
      if (logs.size >= MOST_LOGS) {
        throw new AppError('bad-arguments', { reason: 'too-many-logs' satisfies Reason });
      }
      const log = nextLog++;
      const open: Open = { abort: new AbortController(), unacknowledged: 0, roomMade: () => undefined };
      logs.set(log, open);
      void run(sink, log, open, read).finally(() => close(log));
      return log;
    },
    ack: (log, bytes) => {
      const open = logs.get(log);
      // An acknowledgement may come late for a log that has ended.
      if (!open) return;
      open.unacknowledged = Math.max(0, open.unacknowledged - bytes);
      open.roomMade();
    },
    close,
    closeAll: () => {
      for (const log of logs.keys()) close(log);
    },
  };
}

async function run(sink: Sink, log: number, open: Open, read: LogReader): Promise<void> {
  const { signal } = open.abort;
  const tell: Sink['send'] = async (event, payload) => {
    if (!signal.aborted) await sink.send(event, payload);
  };
  const writer: LogWriter = {
    event: (event) => void tell('log.event', { log, event }),
    output: async (bytes, offset) => {
      while (!signal.aborted && open.unacknowledged > 0 && open.unacknowledged + bytes.length > LOG_WINDOW) {
        await new Promise<void>((resolve) => {
          open.roomMade = resolve;
        });
      }
      open.unacknowledged += bytes.length;
      await tell('log.chunk', { log, offset, bytes });
    },
    connection: (state) => void tell('log.connection', { log, ...state }),
    signal,
  };
  // The window learns the log's number before anything of it.
  await new Promise((resolve) => setImmediate(resolve));
  try {
    await tell('log.ended', { log, reason: await read(writer) });
  } catch (error) {
    await tell('log.ended', { log, reason: 'error', error: toWire(error) });
  }
}
