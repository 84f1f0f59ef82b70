import { setTimeout as pause } from 'node:timers/promises';
import { AppError, toWire } from '../../shared/errors.ts';
import { wipeSecrets } from '../../shared/secrets/secretJson.ts';
import { REQUESTS_AT_ONCE } from '../../shared/protocol/protocol.ts';
import type { Method, ToAgent } from '../../shared/protocol/protocol.ts';
import type { FromAgent } from '../../shared/protocol/answers.ts';
import type { Streams } from '../observe/streams.ts';
import { answer } from './handlers.ts';
import type { Handlers } from './handlerTypes.ts';
import { LANES } from './turns.ts';
import type { Line } from './turns.ts';

/** The bytes of requests under way beyond which a client is not read from. */
const MOST_HELD = 4 * 1024 * 1024;
/** The milliseconds in which the answer to a start has to be taken at a connection's end. A start is sent again without it. */
const LAST_ANSWER_MILLISECONDS = 2_000;

type Request = Extract<ToAgent, { type: 'request' }>;

/** Answers the requests of one connection. */
export interface Responder {
  /** Answers a request of `size` bytes, once it has its turn. */
  take(request: Request, size: number): void;
  /** Resolves once the requests under way are few enough to take another, or the responder is closed. */
  hasRoom(): Promise<void>;
  /**
   * Starts nothing more. Resolves once every operation that was being started has begun, because it gets its secret from
   * this process, and its answer was sent or nobody takes it.
   */
  finishStarts(): Promise<void>;
  /** Begins nothing more, and sends no answer. */
  close(): void;
}

/** The dependencies of a responder. */
interface ResponderDependencies {
  /** Returns the handlers for the engine that asks. */
  readonly handlers: () => Handlers;
  readonly streams: Streams;
  readonly line: Line;
  /** Sends a message; rejects for one that is too large. */
  readonly send: (message: FromAgent) => Promise<void>;
}

/** A start under way: the operation's beginning, and the answer about it. */
interface Start {
  readonly begun: Promise<unknown>;
  readonly answered: Promise<void>;
}

/** Makes what answers the requests of one connection. Nothing that a client asks for makes it throw. */
export function createResponder({ handlers, streams, line, send }: ResponderDependencies): Responder {
  const starts = new Set<Start>();
  const held = createHeld();
  let underWay = 0;
  let takes: 'all' | 'no start' | 'nothing' = 'all';

  const reply = (message: FromAgent & { id: number }): Promise<void> =>
    send(message).catch((error: unknown) => send({ type: 'refusal', id: message.id, error: toWire(error) }));
  const work = ({ method, params }: Request): Promise<unknown> =>
    answer(handlers(), method, params, streams).finally(() => wipeSecrets(params));
  const report = (id: number, working: Promise<unknown>): Promise<void> =>
    working.then(
      (result) => reply({ type: 'answer', id, result }),
      (error: unknown) => reply({ type: 'refusal', id, error: toWire(error) }),
    );
  const inTurn = async (request: Request, lane: Parameters<Line['turn']>[0]): Promise<void> => {
    const turn = await line.turn(lane);
    if (turn === undefined) {
      wipeSecrets(request.params);
      return;
    }
    const working = work(request).finally(turn.worked);
    await report(request.id, working).finally(turn.answered);
  };
  const begin = async (request: Request): Promise<void> => {
    const begun = work(request);
    const start = { begun, answered: report(request.id, begun) };
    starts.add(start);
    await start.answered.finally(() => starts.delete(start));
  };
  const respond = (request: Request): Promise<void> => {
    if (request.method === 'operation.start') return begin(request);
    const lane = laneOf(request.method);
    return lane === undefined ? report(request.id, work(request)) : inTurn(request, lane);
  };

  return {
    take: (request, size) => {
      const isStart = request.method === 'operation.start';
      // The end of the connection tells its client to ask the next agent.
      if (takes === 'nothing' || (takes === 'no start' && isStart)) wipeSecrets(request.params);
      else if (underWay >= REQUESTS_AT_ONCE || streams.count() >= REQUESTS_AT_ONCE) {
        wipeSecrets(request.params);
        const tooMany = new AppError('protocol-violation', { reason: 'more requests than may be under way' });
        void reply({ type: 'refusal', id: request.id, error: toWire(tooMany) });
      } else {
        underWay += 1;
        held.add(size);
        void respond(request).finally(() => {
          underWay -= 1;
          held.add(-size);
        });
      }
    },
    hasRoom: held.hasRoom,
    finishStarts: async () => {
      takes = 'no start';
      const last = [...starts];
      await Promise.allSettled(last.map(({ begun }) => begun));
      const answered = Promise.all(last.map((start) => start.answered));
      await Promise.race([answered, pause(LAST_ANSWER_MILLISECONDS, undefined, { ref: false })]);
    },
    close: () => {
      takes = 'nothing';
      line.leave();
      held.release();
    },
  };
}

function laneOf(method: string): (typeof LANES)[Method] {
  return Object.hasOwn(LANES, method) ? LANES[method as Method] : undefined;
}

/** Counts the bytes of the requests under way, so that one client's do not fill the memory of everybody's agent. */
function createHeld() {
  let bytes = 0;
  let isReleased = false;
  let freed: () => void = () => undefined;
  return {
    add: (more: number): void => {
      bytes += more;
      freed();
    },
    hasRoom: async (): Promise<void> => {
      while (bytes > MOST_HELD && !isReleased)
        await new Promise<void>((resolve) => {
          freed = resolve;
        });
    },
    release: (): void => {
      isReleased = true;
      freed();
    },
  };
}
