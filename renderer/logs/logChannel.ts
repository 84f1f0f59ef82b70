import type { ApiClient, LogSource } from '../../shared/api/api.ts';

/** The callbacks for one opening of a log; after `close` neither is called. */
interface OpeningCallbacks {
  readonly onOpened: () => void;
  readonly onFailed: (error: unknown) => void;
}

/**
 * The program's number for a log that this window has open, and the calls that need it. The number is another one each
 * time that the log is opened.
 */
interface LogChannel {
  /** Opens the log and learns its number. */
  open(source: LogSource, callbacks: OpeningCallbacks): Promise<void>;
  /** Tells whether the log is being opened, so that its number is not known yet. */
  opening(): boolean;
  /** Runs `act` if `number` is this log's; while the log is being opened, what came for any number waits. */
  receive(number: number, act: () => void): void;
  /** Tells the program that bytes were taken, so that more may come. */
  acknowledge(bytes: number): void;
  /** Drops the number: the program does not know it any more. */
  forget(): void;
  /** Ends this window's reading for good. */
  close(): void;
}

/** Prepares a channel that is not open yet. */
export function createLogChannel(api: ApiClient): LogChannel {
  let log: number | undefined;
  /** The calls that wait until the log is open; undefined when it is not being opened. */
  let held: (() => void)[] | undefined;
  let closed = false;

  const receive = (number: number, act: () => void): void => {
    if (held !== undefined) held.push(() => receive(number, act));
    else if (number === log && !closed) act();
  };
  const release = (): void => {
    if (log !== undefined) void api.call('log.close', { log }).catch(() => undefined);
    log = undefined;
  };

  return {
    open: async (source, { onOpened, onFailed }) => {
      const waiting: (() => void)[] = [];
      held = waiting;
      try {
        const answer = await api.call('log.open', { source });
        log = answer.log;
        held = undefined;
        if (closed) {
          release();
          return;
        }
        onOpened();
        for (const act of waiting) act();
      } catch (error) {
        held = undefined;
        if (!closed) onFailed(error);
      }
    },
    opening: () => held !== undefined,
    receive,
    acknowledge: (bytes) => {
      if (log !== undefined && bytes > 0) void api.call('log.ack', { log, bytes }).catch(() => undefined);
    },
    forget: () => {
      log = undefined;
    },
    close: () => {
      closed = true;
      release();
    },
  };
}
