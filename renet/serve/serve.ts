import type { Writable } from 'node:stream';
import { createFrameDecoder, encodeJson, SECRETS_WITHIN } from '../../shared/protocol/frames.ts';
import type { Frame } from '../../shared/protocol/frames.ts';
import { wipeSecrets } from '../../shared/secrets/secretJson.ts';
import { HELLO_MAGIC, PROTOCOL_VERSION, toAgentSchema } from '../../shared/protocol/protocol.ts';
import type { ToAgent } from '../../shared/protocol/protocol.ts';
import type { FromAgent } from '../../shared/protocol/answers.ts';
import { createAgentHandlers } from './handlers.ts';
import { handlersForOlder, withoutNewVerbs } from './olderEngines.ts';
import type { Agent } from '../agent.ts';
import { version } from '../observe/machineInfo.ts';
import { bootClock, bootId } from '../process.ts';
import { createStreams } from '../observe/streams.ts';
import { createOutlet } from './outlet.ts';
import { createResponder } from './responder.ts';
import { createTurns } from './turns.ts';
import type { Turns } from './turns.ts';

interface ServeOptions {
  /** Ends the conversation. */
  readonly stop?: AbortSignal;
  /** The turns that this connection takes with others. */
  readonly turns?: Turns;
}

/**
 * Serves the agent's side of one channel: says hello, answers requests as they come (none waits for another of another
 * kind), and serves streams. Resolves once the other side has closed its end, or `stop` has aborted, and every operation
 * that was being started has begun, because an operation gets its secret from this process; until then all but starts is
 * answered. Operations that run go on. Secrets, and the bytes of `input` that bring them, are overwritten. Throws
 * protocol-violation for bytes that are no frames. A client that does not read its answers is not read from either, and
 * one that asks for too much at once is refused, so that nothing grows here without a bound.
 */
export async function serve(
  agent: Agent,
  input: AsyncIterable<Uint8Array>,
  output: Writable,
  { stop, turns = createTurns() }: ServeOptions = {},
): Promise<void> {
  const conversation = createConversation(agent, output, turns);
  const reading = conversation.read(input);
  try {
    await Promise.race([reading, ...(stop === undefined ? [] : [aborted(stop)])]);
  } finally {
    await conversation.end();
  }
}

function createConversation(agent: Agent, output: Writable, turns: Turns) {
  const outlet = createOutlet(output);
  // An engine of 0.1.0 says no hello.
  let isOlder = true;
  let isOver = false;
  const send = async (message: FromAgent): Promise<void> =>
    outlet.write(encodeJson(isOlder ? withoutNewVerbs(message) : message));
  const streams = createStreams(outlet.write, send);
  const handlers = createAgentHandlers(agent);
  const olderHandlers = handlersForOlder(agent, handlers);
  const responder = createResponder({
    ...{ streams, send, line: turns.join() },
    handlers: () => (isOlder ? olderHandlers : handlers),
  });

  const take = (message: ToAgent, size: number): Promise<void> | undefined => {
    switch (message.type) {
      case 'hello':
        isOlder = false;
        return undefined;
      case 'request':
        responder.take(message, size);
        return Promise.all([outlet.hasRoom(), responder.hasRoom()]).then(() => undefined);
      // What grants and ends must not wait behind a flood.
      case 'credit':
        streams.credit(message.stream, message.bytes);
        return undefined;
      case 'close-stream':
        streams.close(message.stream);
        return undefined;
      case 'ping':
        return send({ type: 'pong', at: Date.now(), uptime: bootClock().uptime });
    }
  };
  return {
    read: async (input: AsyncIterable<Uint8Array>): Promise<void> => {
      const decode = createFrameDecoder({ takesSecrets: true });
      void outlet.write(Buffer.from(HELLO_MAGIC));
      void send(helloOf(agent));
      try {
        for await (const chunk of input) {
          if (isOver) chunk.fill(0);
          else for (const frame of decode(chunk)) await takeFrame(frame, take);
        }
      } finally {
        decode.end();
        streams.closeAll();
      }
    },
    end: async (): Promise<void> => {
      await responder.finishStarts();
      isOver = true;
      responder.close();
      streams.closeAll();
      outlet.close();
    },
  };
}

function helloOf({ isResident }: Agent): FromAgent {
  return { type: 'hello', version, protocol: PROTOCOL_VERSION, bootId: bootId(), resident: isResident };
}

async function takeFrame(
  frame: Frame,
  take: (message: ToAgent, size: number) => Promise<void> | undefined,
): Promise<void> {
  if (frame.kind !== 'json') return;
  const message = toAgentSchema.safeParse(frame.value);
  if (message.success) await take(message.data, frame.size);
  else wipeSecrets(frame.value, SECRETS_WITHIN);
}

/** Resolves when a signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
  });
}
