import type { ApiPayload } from '../../shared/api/api.ts';
import { LOG_WINDOW } from '../../shared/api/api.ts';
import { AppError, toWire } from '../../shared/errors.ts';
import type { Reason } from '../../shared/errors.ts';
import type { OperationEvent } from '../../shared/model.ts';
import type { Sink } from './sink.ts';

/** The receiving end of a log, into which its source writes. */
export interface LogWriter {
  event(event: OperationEvent): void;
  /**
   * Sends output. Resolves when the window has room for more: a source that waits for it is slowed to the window's
   * pace.
   */
  output(bytes: Uint8Array, offset: number): Promise<void>;
  /** Tells the window how the connection to the log's source stands. */
  connection(state: Omit<ApiPayload<'log.connection'>, 'log'>): void;
  /** Aborts when the window does not read the log any more. */
  readonly signal: AbortSignal;
}

/** Writes a log to its end. Resolves with how it ended. */
export type LogFeed = (writer: LogWriter) => Promise<'verdict' | 'lost' | 'end'>;

/** The logs that one window has open, each with a number. */
export interface Logs {
  /** Opens a log and returns its number. */
  open(read: LogFeed): number;
  /** Takes note that the window has used so many bytes of a log. */
  ack(log: number, bytes: number): void;
  close(log: number): void;
  closeAll(): void;
}

/** An open log, with the bytes under way to the window. */
interface Open {
  readonly abort: AbortController;
  /** Bytes that were sent and are not acknowledged yet. */
  unacknowledged: number;
  /** Lets the source that waits for room look again. */
  roomMade: () => void;
}

/** The most logs that a window may have open at once: more is a mistake, or an attack. */
const MOST_LOGS = 64;

/** Makes the logs of one window. At most LOG_WINDOW bytes of each are under way at a time. */
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

async function run(sink: Sink, log: number, open: Open, read: LogFeed): Promise<void> {
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
  // The window must learn the log's number before any of its output arrives.
  await new Promise((resolve) => setImmediate(resolve));
  try {
    await tell('log.ended', { log, reason: await read(writer) });
  } catch (error) {
    await tell('log.ended', { log, reason: 'error', error: toWire(error) });
  }
}
