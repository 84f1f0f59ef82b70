import { AppError, fromWire, toAppError } from '../../../shared/errors.ts';
import { SECRETS_WITHIN } from '../../../shared/protocol/frames.ts';
import type { Frame } from '../../../shared/protocol/frames.ts';
import { holdsSecrets } from '../../../shared/secrets/secretJson.ts';
import { answers, fromAgentSchema } from '../../../shared/protocol/answers.ts';
import type { Method, Params } from '../../../shared/protocol/protocol.ts';
import type { FromAgent, Hello, Result } from '../../../shared/protocol/answers.ts';
import type { SshProcess } from '../../ssh/types.ts';
import { openAgentLink } from './agentLink.ts';
import type { AgentLink, LinkOptions } from './agentLink.ts';
import { withResolvers } from '../resolvers.ts';
import { createOurTime } from './ourTime.ts';
import type { OurTime } from './ourTime.ts';
import { createStreamReceiver } from './streamReceiver.ts';
import type { StreamConsumer, StreamEnd, StreamReceiver } from './streamReceiver.ts';

/** The requests that open a stream. */
export type StreamMethod = 'operation.follow' | 'containers.logs' | 'machine.watch' | 'machine.events';

/** A stream that the agent has opened. */
interface OpenStream {
  /**
   * Resolves with the stream's end once the consumer has all of the stream. Rejects with `connection-lost`, and with
   * what the consumer threw.
   */
  readonly end: Promise<StreamEnd>;
  /** Ends the stream now. What waits for the consumer is dropped. */
  close(): void;
}

/** One conversation with the agent. */
export interface AgentChannel {
  readonly hello: Hello;
  /**
   * Sends a request. Rejects with the agent's refusal, `connection-lost`, or `protocol-violation` for an unreadable
   * answer.
   */
  request<M extends Method>(method: M, params: Params<M>): Promise<Result<M>>;
  /** Opens a stream. Rejects as `request` does. */
  openStream<M extends StreamMethod>(
    method: M,
    params: Params<M>,
    consumer: StreamConsumer,
  ): Promise<OpenStream>;
  /** Returns the milliseconds of the last round trip, measured every few seconds; undefined until the first is over. */
  latency(): number | undefined;
  /** Finds out soon whether the link still lives. */
  probe(): void;
  /** Ends the agent's process; what is pending is rejected with `reason`. */
  end(reason: AppError): void;
  /** Resolves, with the reason, when the channel is over. */
  readonly closed: Promise<AppError>;
}

/** A request that waits for its answer. `answered` runs before the next frame is looked at. */
interface Pending {
  readonly answered: (result: unknown) => void;
  readonly refused: (error: AppError) => void;
}

/** The state of a channel's conversation. */
interface Conversation {
  readonly pending: Map<number, Pending>;
  readonly streams: Map<number, StreamReceiver>;
  over?: AppError;
}

/** The answers' schemas, in a shape that keeps a method and its result together. */
const readers: { readonly [M in Method]: { parse(value: unknown): Result<M> } } = answers;

/**
 * Starts a conversation with an agent whose process was just started. When that fails, ends the process and rejects
 * with the reason: machine-not-set-up, agent-older, agent-newer, protocol-violation, connection-lost, command-failed.
 */
export async function openAgentChannel(agent: SshProcess, options: LinkOptions): Promise<AgentChannel> {
  const conversation: Conversation = { pending: new Map(), streams: new Map() };
  const closed = withResolvers<AppError>();
  const link = openAgentLink(agent, options, {
    onFrame: (frame) => handleFrame(conversation, frame, (said) => link.ponged(said)),
    onEnd: (reason) => {
      breakOff(conversation, reason);
      closed.resolve(reason);
    },
  });
  const hello = await link.hello;
  const ask = createAsker(link, conversation);
  const ourTime = createOurTime(hello.bootId, () => link.machineClock());
  return {
    hello,
    request: (method, params) => ask(method, params, (result) => ourTime.answer(method, result)),
    openStream: (method, params, consumer) =>
      ask(method, params, ({ stream }) =>
        openStream(link, conversation, stream, inOurTime(consumer, ourTime)),
      ),
    latency: () => link.latency(),
    probe: () => link.probe(),
    end: (reason) => link.end(reason),
    closed: closed.promise,
  };
}

type Ask = <M extends Method, T>(
  method: M,
  params: Params<M>,
  answered: (result: Result<M>) => T,
) => Promise<T>;

/**
 * Makes a sender of requests. `answered` turns the answer into what the caller gets, before the next frame is looked
 * at.
 */
function createAsker(link: AgentLink, conversation: Conversation): Ask {
  let nextId = 0;
  return (method, params, answered) =>
    new Promise((resolve, reject) => {
      if (conversation.over) {
        reject(conversation.over);
        return;
      }
      const id = nextId++;
      const bringsSecrets = holdsSecrets({ params }, SECRETS_WITHIN);
      conversation.pending.set(id, {
        answered: (result) => {
          if (bringsSecrets) link.overwrite();
          try {
            resolve(answered(readAnswer(method, result)));
          } catch (error) {
            reject(toAppError(error));
          }
        },
        refused: (error) => {
          if (bringsSecrets) link.overwrite();
          reject(error);
        },
      });
      link.send({ type: 'request', id, method, params });
    });
}

function readAnswer<M extends Method>(method: M, result: unknown): Result<M> {
  try {
    return readers[method].parse(result);
  } catch (error) {
    throw new AppError(
      'protocol-violation',
      { reason: `an answer to ${method} that cannot be read` },
      { cause: error },
    );
  }
}

/** Makes a consumer that hands on what it gets with its times moved to our clock. */
function inOurTime(
  { onEvent, onState, onEntry, ...others }: StreamConsumer,
  ourTime: OurTime,
): StreamConsumer {
  const move = ourTime.events();
  return {
    ...others,
    onEvent: (event) => onEvent(move(event)),
    ...(onState && { onState: (state) => onState(ourTime.state(state)) }),
    ...(onEntry && { onEntry: (entry) => onEntry(ourTime.entry(entry)) }),
  };
}

function openStream(
  link: AgentLink,
  { streams }: Conversation,
  stream: number,
  consumer: StreamConsumer,
): OpenStream {
  const receiver = createStreamReceiver(consumer, (bytes) => link.send({ type: 'credit', stream, bytes }));
  streams.set(stream, receiver);
  const stop = (): void => {
    if (streams.get(stream) !== receiver) return;
    streams.delete(stream);
    link.send({ type: 'close-stream', stream });
  };
  // Only after a consumer threw does the agent still send, and has to be told to stop.
  receiver.done.catch(stop);
  return {
    end: receiver.done,
    close: () => {
      receiver.close();
      stop();
    },
  };
}

/**
 * Hands a frame to the request or stream that it is for. Late frames, about closed streams and for requests that nobody
 * waits for, are ignored.
 */
function handleFrame({ pending, streams }: Conversation, frame: Frame, ponged: AgentLink['ponged']): void {
  if (frame.kind === 'bytes') {
    streams.get(frame.stream)?.output(frame.bytes, frame.position);
    return;
  }
  const message = readMessage(frame.value);
  switch (message?.type) {
    case 'answer':
      take(pending, message.id)?.answered(message.result);
      break;
    case 'refusal':
      take(pending, message.id)?.refused(fromWire(message.error));
      break;
    case 'stream-event':
      streams.get(message.stream)?.event(message.event, frame.size);
      break;
    case 'stream-state':
      streams.get(message.stream)?.state(message.state);
      break;
    case 'stream-entry':
      streams.get(message.stream)?.entry(message.entry, frame.size);
      break;
    case 'stream-notice':
      streams.get(message.stream)?.notice(message.notice, frame.size);
      break;
    case 'stream-place':
      streams.get(message.stream)?.place(message.places, frame.size);
      break;
    case 'stream-end':
      take(streams, message.stream)?.end({ reason: message.reason, error: message.error });
      break;
    case 'pong':
      ponged(message);
      break;
    case 'hello':
    case undefined:
      break;
  }
}

function take<T>(map: Map<number, T>, key: number): T | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}

function breakOff(conversation: Conversation, reason: AppError): void {
  conversation.over = reason;
  for (const { refused } of conversation.pending.values()) refused(reason);
  for (const receiver of conversation.streams.values()) receiver.fail(reason);
  conversation.pending.clear();
  conversation.streams.clear();
}

const knownTypes = new Set<unknown>(fromAgentSchema.options.map((option) => option.shape.type.value));

/** Returns a frame's message; undefined for a type that this version does not know, which is ignored. */
function readMessage(value: unknown): FromAgent | undefined {
  const message = fromAgentSchema.safeParse(value);
  if (message.success) return message.data;
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  if (typeof type === 'string' && !knownTypes.has(type)) return undefined;
  throw new AppError('protocol-violation', { reason: `a frame "${String(type)}" that cannot be read` });
}
