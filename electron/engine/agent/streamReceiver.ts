import { AppError, toAppError } from '../../../shared/errors.ts';
import type { WireError } from '../../../shared/errors.ts';
import type { JournalEntry } from '../../../shared/journal/entry.ts';
import type { OperationEvent } from '../../../shared/model.ts';
import type { WireNotice } from '../../../shared/notices.ts';
import type { WatchState } from '../../../shared/protocol/observation.ts';
import type { LogPlaces } from '../../../shared/protocol/protocol.ts';
import { EVENTS_AHEAD, STATE_COST, STREAM_WINDOW } from '../../../shared/protocol/protocol.ts';
import { withResolvers } from '../resolvers.ts';

/**
 * The consumer of a stream. It is called once at a time, in the order of the stream; the next call waits for the
 * promise.
 */
export interface StreamConsumer {
  readonly onEvent: (event: OperationEvent) => void;
  readonly onOutput: (bytes: Uint8Array, position: number) => void | Promise<void>;
  /** Called with the state of a watched machine. The newest state comes once the promise has resolved. */
  readonly onState?: (state: WatchState) => void | Promise<void>;
  /** Called with an entry of the machine's journal, and with what kept the journal from being whole. */
  readonly onEntry?: (entry: JournalEntry) => void | Promise<void>;
  readonly onNotice?: (notice: WireNotice) => void | Promise<void>;
  /** Called with where the reader of containers' logs is once it has all output before. */
  readonly onPlace?: (places: LogPlaces) => void | Promise<void>;
}

/** The end of a stream: the reason that the agent gave, or `closed` by us. */
export interface StreamEnd {
  readonly reason: 'verdict' | 'lost' | 'closed' | 'error';
  readonly error?: WireError | undefined;
}

/** The receiving end of one stream of a channel. */
export interface StreamReceiver {
  /**
   * Hands on an event, which came as `bytes` bytes. Throws `protocol-violation` when more than EVENTS_AHEAD wait for the
   * consumer.
   */
  event(event: OperationEvent, bytes: number): void;
  /** Hands on output. Throws `protocol-violation` when the agent sends more than was granted. */
  output(bytes: Uint8Array, position: number): void;
  /** Hands on a state, as `output` does; each takes STATE_COST of the bytes that were granted. */
  state(state: WatchState): void;
  /** Hands on an entry of the journal, or a notice about it, as `output` does; each came as `bytes` bytes. */
  entry(entry: JournalEntry, bytes: number): void;
  notice(notice: WireNotice, bytes: number): void;
  /** Hands on a place, as `entry` does. */
  place(places: LogPlaces, bytes: number): void;
  /** Ends the stream after the agent's last frame. `done` resolves once the consumer has everything. */
  end(end: StreamEnd): void;
  /** Ends the stream of a channel that broke. `done` rejects once the consumer has everything that arrived. */
  fail(error: AppError): void;
  /** Ends the stream for a consumer that has left: what waits is dropped, `done` resolves at once with `closed`. */
  close(): void;
  readonly done: Promise<StreamEnd>;
}

/**
 * Makes a receiver that hands a stream to its consumer. It grants the agent as many bytes again as the consumer has
 * finished with, so that at most STREAM_WINDOW bytes and EVENTS_AHEAD wait here and a slow reader slows the source. A
 * consumer that throws ends the stream.
 */
export function createStreamReceiver(
  consumer: StreamConsumer,
  grant: (bytes: number) => void,
): StreamReceiver {
  let waiting = 0;
  const events = { count: 0, bytes: 0 };
  let closed = false;
  let queue = Promise.resolve();
  const { promise: done, resolve, reject } = withResolvers<StreamEnd>();
  // Whoever opened the stream awaits `done` later; until then a failure must not count as an unhandled rejection.
  done.catch(() => undefined);

  const enqueue = (work: () => void | Promise<void>): void => {
    queue = queue.then(async () => {
      if (closed) return;
      try {
        await work();
      } catch (error) {
        closed = true;
        reject(toAppError(error));
      }
    });
  };

  const take = (bytes: number, work: () => void | Promise<void>): void => {
    waiting += bytes;
    if (waiting > STREAM_WINDOW) {
      throw new AppError('protocol-violation', { reason: 'more output than was granted' });
    }
    enqueue(async () => {
      await work();
      waiting -= bytes;
      if (bytes > 0) grant(bytes);
    });
  };

  return {
    event: (event, bytes) => {
      events.count += 1;
      events.bytes += bytes;
      if (events.count > EVENTS_AHEAD.count || events.bytes > EVENTS_AHEAD.bytes) {
        throw new AppError('protocol-violation', { reason: 'more events than may wait for their reader' });
      }
      enqueue(() => {
        consumer.onEvent(event);
        events.count -= 1;
        events.bytes -= bytes;
      });
    },
    output: (bytes, position) => take(bytes.length, () => consumer.onOutput(bytes, position)),
    state: (state) => take(STATE_COST, () => consumer.onState?.(state)),
    entry: (entry, bytes) => take(bytes, () => consumer.onEntry?.(entry)),
    notice: (notice, bytes) => take(bytes, () => consumer.onNotice?.(notice)),
    place: (places, bytes) => take(bytes, () => consumer.onPlace?.(places)),
    end: (end) => enqueue(() => resolve(end)),
    fail: (error) => enqueue(() => reject(error)),
    close: () => {
      closed = true;
      resolve({ reason: 'closed' });
    },
    done,
  };
}
