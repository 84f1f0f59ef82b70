import { AppError } from '../../../shared/errors.ts';
import type { Verdict } from '../../../shared/model.ts';
import type { LogPosition } from '../../../shared/protocol/protocol.ts';
import type { StreamConsumer } from '../agent/streamReceiver.ts';

/** A reader of an operation's log over as many streams as it takes, which knows how far it has read. */
export interface LogCursor {
  /** The consumer of one stream after the other. It leaves out what was read before. */
  readonly consumer: StreamConsumer;
  /** Returns the position of the next event and byte. */
  position(): LogPosition;
  /** Returns the verdict; undefined until it was read. */
  verdict(): Verdict | undefined;
}

/**
 * Makes a reader that delivers a log's events and bytes once each and in order. Output that begins further on than
 * expected is passed on as it is: the machine drops the middle of logs that grow too long, and says so in a notice. A
 * missing event is a `protocol-violation`.
 */
export function createLogReader(from: LogPosition, consumer: StreamConsumer): LogCursor {
  let { event: nextEvent, output: nextByte } = from;
  let verdict: Verdict | undefined;
  return {
    consumer: {
      onEvent: (event) => {
        if (event.n < nextEvent) return;
        if (event.n > nextEvent) {
          throw new AppError('protocol-violation', { reason: `event ${event.n} instead of ${nextEvent}` });
        }
        nextEvent += 1;
        if (event.type === 'verdict') verdict = event.verdict;
        consumer.onEvent(event);
      },
      onOutput: async (bytes, position) => {
        const fresh = bytes.subarray(Math.max(0, nextByte - position));
        if (fresh.length === 0) return;
        const start = Math.max(position, nextByte);
        await consumer.onOutput(fresh, start);
        nextByte = start + fresh.length;
      },
    },
    position: () => ({ event: nextEvent, output: nextByte }),
    verdict: () => verdict,
  };
}
