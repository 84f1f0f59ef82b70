import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { AppError, toWire } from '../../shared/errors.ts';
import { createFrameDecoder, encodeJson, SECRETS_WITHIN } from '../../shared/protocol/frames.ts';
import { wipeSecrets } from '../../shared/secrets/secretJson.ts';
import {
  HELLO_MAGIC,
  PROTOCOL_VERSION,
  REQUESTS_AT_ONCE,
  toAgentSchema,
} from '../../shared/protocol/protocol.ts';
import type { ToAgent } from '../../shared/protocol/protocol.ts';
import type { FromAgent } from '../../shared/protocol/answers.ts';
import { answer, createAgentHandlers } from './handlers.ts';
import { handlersForOlder, withoutNewVerbs } from './olderEngines.ts';
import type { Agent } from '../agent.ts';
import { version } from '../observe/machineInfo.ts';
import { bootClock, bootId } from '../process.ts';
import { createStreams } from '../observe/streams.ts';
import type { Streams } from '../observe/streams.ts';

/** The bytes of requests under way beyond which a client is not read from. */
const MOST_HELD = 4 * 1024 * 1024;

/**
 * Serves the agent's side of one channel: says hello, answers requests as they come (none waits for another), and
 * serves streams. Resolves once the other side has closed its end and every operation that was being started has begun,
 * because an operation gets its secret from this process. Operations that run go on. Secrets, and the bytes of `input`
 * that bring them, are overwritten. Throws protocol-violation for bytes that are no frames. A client that does not read
 * its answers is not read from either, and one that asks for too much at once is refused, so that nothing grows here
 * without a bound.
 */
export async function serve(agent: Agent, input: AsyncIterable<Uint8Array>, output: Writable): Promise<void> {
  // The other side may close the channel at any time; that is no fault.
  output.on('error', () => undefined);
  const drained = async (): Promise<void> => {
    if (output.writableNeedDrain && !output.destroyed)
      await Promise.race([once(output, 'drain'), once(output, 'close')]);
  };
  const write = async (frame: Uint8Array): Promise<void> => {
    await drained();
    output.write(frame);
  };
  // An engine of 0.1.0 says no hello.
  let isOlder = true;
  const send = (message: FromAgent): Promise<void> =>
    write(encodeJson(isOlder ? withoutNewVerbs(message) : message));
  const streams = createStreams(write, send);
  const handlers = createAgentHandlers(agent);
  const olderHandlers = handlersForOlder(agent, handlers);
  output.write(HELLO_MAGIC);
  await send({
    type: 'hello',
    version,
    protocol: PROTOCOL_VERSION,
    bootId: bootId(),
    resident: agent.isResident,
  });

  const starts = new Set<Promise<unknown>>();
  let underWay = 0;
  const held = createHeld();
  const respond = async (request: Extract<ToAgent, { type: 'request' }>, size: number): Promise<void> => {
    if (underWay >= REQUESTS_AT_ONCE || streams.count() >= REQUESTS_AT_ONCE) {
      wipeSecrets(request.params);
      const tooMany = new AppError('protocol-violation', { reason: 'more requests than may be under way' });
      await send({ type: 'refusal', id: request.id, error: toWire(tooMany) });
      return;
    }
    underWay += 1;
    held.add(size);
    const knows = isOlder ? olderHandlers : handlers;
    const answering = answer(knows, request.method, request.params, streams).finally(() =>
      wipeSecrets(request.params),
    );
    if (request.method === 'operation.start') starts.add(answering);
    try {
      const result = await answering;
      await send({ type: 'answer', id: request.id, result });
    } catch (error) {
      await send({ type: 'refusal', id: request.id, error: toWire(error) });
    } finally {
      starts.delete(answering);
      underWay -= 1;
      held.add(-size);
    }
  };

  const decode = createFrameDecoder({ takesSecrets: true });
  try {
    for await (const chunk of input) {
      for (const frame of decode(chunk)) {
        if (frame.kind !== 'json') continue;
        const message = toAgentSchema.safeParse(frame.value);
        if (!message.success) {
          wipeSecrets(frame.value, SECRETS_WITHIN);
          continue;
        }
        if (message.data.type === 'hello') isOlder = false;
        else if (message.data.type === 'request') void respond(message.data, frame.size);
        else take(message.data, streams, send);
        // Only for what makes output: credit, and the end of a stream, must not wait behind a flood.
        if (message.data.type === 'request' || message.data.type === 'ping') await drained();
        await held.hasRoom();
      }
    }
  } finally {
    streams.closeAll();
    await Promise.allSettled(starts);
  }
}

/** Counts the bytes of the requests under way, so that one client's do not fill the memory of everybody's agent. */
function createHeld() {
  let bytes = 0;
  let freed: () => void = () => undefined;
  return {
    add: (more: number): void => {
      bytes += more;
      freed();
    },
    hasRoom: async (): Promise<void> => {
      while (bytes > MOST_HELD)
        await new Promise<void>((resolve) => {
          freed = resolve;
        });
    },
  };
}

function take(
  message: Exclude<ToAgent, { type: 'hello' | 'request' }>,
  streams: Streams,
  send: (message: FromAgent) => Promise<void>,
): void {
  switch (message.type) {
    case 'credit':
      streams.credit(message.stream, message.bytes);
      break;
    case 'close-stream':
      streams.close(message.stream);
      break;
    case 'ping':
      void send({ type: 'pong', at: Date.now(), uptime: bootClock().uptime });
      break;
  }
}
