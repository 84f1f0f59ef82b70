import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Join } from '../../shared/protocol/join.ts';
import type { Agent } from '../agent.ts';
import { serve } from '../serve/serve.ts';
import { createTurns } from '../serve/turns.ts';
import { incomingOf } from './incoming.ts';
import type { Incoming } from './incoming.ts';
import { readJoin } from './joining.ts';

/** The limits of connections. */
interface Limits {
  /** How many there are at the same time. One more is closed without a hello. */
  readonly connections: number;
  /** The time in which each has to say who it is. */
  readonly joinMilliseconds: number;
  /** The time after which one that neither says nor takes anything is ended. Engines ping every few seconds. */
  readonly silentMilliseconds: number;
  /** The time in which it has to take the last bytes that were written to it. */
  readonly lastMilliseconds: number;
}

interface ResidentOptions {
  readonly limits?: Limits;
  /** Called when a connection begins or ends, with whether so many are there that others should serve themselves. */
  readonly onCount?: (isCrowded: boolean) => void;
}

/** The part of the connections beyond which the agent tells that others should serve themselves. */
const CROWDED = 0.9;

/** Two connections for each of some hundred admins, who may have been cut off without a word. */
const USUAL: Limits = {
  connections: 512,
  joinMilliseconds: 30_000,
  silentMilliseconds: 300_000,
  lastMilliseconds: 2_000,
};

/**
 * Serves every connection to a listening server, each with its own conversation, until `stop`; then it takes no more,
 * and ends each connection once what was being started for it has begun, for their clients to join the next agent. A
 * client that reads nothing keeps it for seconds at most. Operations go on. `server` was made with `allowHalfOpen` and
 * `pauseOnConnect`. `agentFor`: the agent as one who joins meets it. What a client sends ends its own connection at
 * most.
 */
export async function serveResident(
  server: Server,
  agentFor: (join: Join) => Agent | Promise<Agent>,
  stop: AbortSignal,
  { limits = USUAL, onCount = () => undefined }: ResidentOptions = {},
): Promise<void> {
  const conversations = new Map<Promise<void>, AbortController>();
  const turns = createTurns();
  // A connection that could not be accepted is its client's loss alone.
  server.on('error', () => undefined);
  server.on('connection', (accepted) => {
    if (conversations.size >= limits.connections) {
      accepted.destroy();
      return;
    }
    const incoming = incomingOf(accepted);
    if (incoming === undefined) return;
    const ending = new AbortController();
    const talk = async (join: Join, chunks: AsyncIterable<Uint8Array>): Promise<void> =>
      serve(await agentFor(join), chunks, incoming.socket, { stop: ending.signal, turns });
    const count = (): void => onCount(conversations.size >= limits.connections * CROWDED);
    const conversation = converse(incoming, talk, ending.signal, limits).finally(() => {
      conversations.delete(conversation);
      count();
    });
    conversations.set(conversation, ending);
    count();
  });
  if (!stop.aborted) await once(stop, 'abort');
  server.close();
  for (const ending of conversations.values()) ending.abort();
  await Promise.all(conversations.keys());
}

/** Serves one connection until its end. Never rejects. */
async function converse(
  { socket, chunks, end, wipe }: Incoming,
  talk: (join: Join, chunks: AsyncIterable<Uint8Array>) => Promise<void>,
  stop: AbortSignal,
  { joinMilliseconds, silentMilliseconds, lastMilliseconds }: Limits,
): Promise<void> {
  const timer = setTimeout(end, joinMilliseconds);
  stop.addEventListener('abort', end);
  socket.setTimeout(silentMilliseconds, end);
  try {
    const joined = await readJoin(chunks);
    clearTimeout(timer);
    // A stop lets it answer pings until what it was starting has begun.
    stop.removeEventListener('abort', end);
    if (joined !== undefined) await talk(joined.join, from(joined.rest, chunks));
  } catch {
    // Its client broke the protocol, or is gone. Nobody else is to notice.
  } finally {
    clearTimeout(timer);
    end();
    wipe();
    await closed(socket, lastMilliseconds);
  }
}

/** Closes a socket once what was written to it has been taken, or after `within` milliseconds. */
async function closed(socket: Socket, within: number): Promise<void> {
  if (socket.closed) return;
  const timer = setTimeout(() => socket.destroy(), within);
  const closing = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.destroySoon();
  await closing;
  clearTimeout(timer);
}

async function* from(first: Uint8Array, more: AsyncIterableIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* more;
}
