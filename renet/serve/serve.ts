import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
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

/**
 * Serves the agent's side of one channel: says hello, answers requests as they come (none waits for another), and
 * serves streams. Resolves once the other side has closed its end and every operation that was being started has begun,
 * because an operation gets its secret from this process. Operations that run go on. Secrets, and the bytes of `input`
 * that bring them, are overwritten. Throws protocol-violation for bytes that are no frames. A client that does not read
 * its answers is not read from either, and one that asks for too much at once is refused, so that nothing grows here
 * without a bound.
 */
export async function serve(agent: Agent, input: Readable, output: Writable): Promise<void> {
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
  // A core of this process would hold the passphrases that pass through it, none of which comes before the hello. Without
  // prlimit the machine's own limit stays.
  await agent.run(['prlimit', '--core=0:0', '--pid', String(process.pid)]).catch(() => undefined);
  output.write(HELLO_MAGIC);
  await send({ type: 'hello', version, protocol: PROTOCOL_VERSION, bootId: bootId() });

  const starts = new Set<Promise<unknown>>();
  let underWay = 0;
  const respond = async (request: Extract<ToAgent, { type: 'request' }>): Promise<void> => {
    if (underWay >= REQUESTS_AT_ONCE || streams.count() >= REQUESTS_AT_ONCE) {
      wipeSecrets(request.params);
      const tooMany = new AppError('protocol-violation', { reason: 'more requests than may be under way' });
      await send({ type: 'refusal', id: request.id, error: toWire(tooMany) });
      return;
    }
    underWay += 1;
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
    }
  };

  const decode = createFrameDecoder({ takesSecrets: true });
  try {
    for await (const chunk of input) {
      for (const frame of decode(chunk as Buffer)) {
        if (frame.kind !== 'json') continue;
        const message = toAgentSchema.safeParse(frame.value);
        if (!message.success) {
          wipeSecrets(frame.value, SECRETS_WITHIN);
          continue;
        }
        if (message.data.type === 'hello') isOlder = false;
        else take(message.data, streams, respond, send);
        // Only for what makes output: credit, and the end of a stream, must not wait behind a flood.
        if (message.data.type === 'request' || message.data.type === 'ping') await drained();
      }
    }
  } finally {
    streams.closeAll();
    await Promise.allSettled(starts);
  }
}

function take(
  message: Exclude<ToAgent, { type: 'hello' }>,
  streams: Streams,
  respond: (request: Extract<ToAgent, { type: 'request' }>) => Promise<void>,
  send: (message: FromAgent) => Promise<void>,
): void {
  switch (message.type) {
    case 'request':
      void respond(message);
      break;
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
