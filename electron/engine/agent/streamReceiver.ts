import { AppError, toAppError } from '../../../shared/errors.ts';
import type { WireError } from '../../../shared/errors.ts';
import type { OperationEvent } from '../../../shared/model.ts';
import type { WatchState } from '../../../shared/protocol/observation.ts';
import { STATE_COST, STREAM_WINDOW } from '../../../shared/protocol/protocol.ts';
import { withResolvers } from '../resolvers.ts';

/** Who reads a stream. One call at a time, in the order of the stream; the next waits for the promise. */
export interface StreamConsumer {
  readonly onEvent: (event: OperationEvent) => void;
  readonly onOutput: (bytes: Uint8Array, position: number) => void | Promise<void>;
  /** Of a watched machine; the newest comes once the promise resolved. */
  readonly onState?: (state: WatchState) => void | Promise<void>;
}

/** Why a stream ended: the agent's words, or `closed` by us. */
export interface StreamEnd {
  readonly reason: 'verdict' | 'lost' | 'closed' | 'error';
  readonly error?: WireError | undefined;
}

/** The receiving end of one stream of a channel. */
export interface StreamReceiver {
  event(event: OperationEvent): void;
  /** Throws `protocol-violation` when the agent sends more than was granted. */
  output(bytes: Uint8Array, position: number): void;
  /** As `output`; each state takes STATE_COST of what was granted. */
  state(state: WatchState): void;
  /** The agent has sent all; `done` resolves once the consumer has it all. */
  end(end: StreamEnd): void;
  /** The channel broke; `done` rejects once the consumer has all that arrived. */
  fail(error: AppError): void;
  /** Nobody reads any more: what waits is dropped, `done` resolves at once with `closed`. */
  close(): void;
  readonly done: Promise<StreamEnd>;
}

/**
 * Hands a stream to its consumer and grants the agent as many bytes again as the consumer has finished with, so that
 * at most STREAM_WINDOW bytes wait here and a slow reader slows the source. A consumer that throws ends the stream.
 */
export function createStreamReceiver(
  consumer: StreamConsumer,
  grant: (bytes: number) => void,
): StreamReceiver {
  let waiting = 0;
  let closed = false;
  let queue = Promise.resolve();
  const { promise: done, resolve, reject } = withResolvers<StreamEnd>();
  // Whoever opened the stream awaits it; until then a failure is not an unhandled one.
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
    event: (event) => enqueue(() => consumer.onEvent(event)),
    output: (bytes, position) => take(bytes.length, () => consumer.onOutput(bytes, position)),
    state: (state) => take(STATE_COST, () => consumer.onState?.(state)),
    end: (end) => enqueue(() => resolve(end)),
    fail: (error) => enqueue(() => reject(error)),
    close: () => {
      closed = true;
      resolve({ reason: 'closed' });
    },
    done,
  };
}
