import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import type { Join } from '../../shared/protocol/join.ts';
import type { Agent } from '../agent.ts';
import { serve } from '../serve/serve.ts';
import { chunkByChunk } from '../wipedReads.ts';
import { readJoin } from './joining.ts';

/** The milliseconds in which a connection has to say who it is. */
const JOIN_MILLISECONDS = 30_000;
/** The connections at the same time: two for each of some hundred admins. More wait until others end. */
const MOST_CONNECTIONS = 512;

/**
 * Serves every connection to a listening server, each with its own conversation, until `stop`; then it takes no more from
 * them, and ends each once what was being started for it has begun, for their clients to join the next agent. Operations
 * go on. `agentFor`: the agent as one who joins meets it. What a client sends ends its own connection at most.
 */
export async function serveResident(
  server: Server,
  agentFor: (join: Join) => Agent,
  stop: AbortSignal,
): Promise<void> {
  const conversations = new Map<Promise<void>, () => void>();
  server.maxConnections = MOST_CONNECTIONS;
  server.on('connection', (socket) => {
    const incoming = incomingOf(socket);
    const conversation = converse(socket, incoming, agentFor).finally(() =>
      conversations.delete(conversation),
    );
    conversations.set(conversation, incoming.end);
  });
  if (!stop.aborted) await once(stop, 'abort');
  server.close();
  for (const end of conversations.values()) end();
  await Promise.all(conversations.keys());
}

/** Serves one connection. Never rejects. */
async function converse(
  socket: Socket,
  { chunks, end }: Incoming,
  agentFor: (join: Join) => Agent,
): Promise<void> {
  // A client may be gone at any time; that is no fault.
  socket.on('error', () => undefined);
  const timer = setTimeout(end, JOIN_MILLISECONDS);
  try {
    const joined = await readJoin(chunks);
    clearTimeout(timer);
    if (joined !== undefined) await serve(agentFor(joined.join), from(joined.rest, chunks), socket);
  } catch {
    // Its client broke the protocol, or is gone. Nobody else is to notice.
  } finally {
    clearTimeout(timer);
    socket.destroySoon();
  }
}

/** The chunks that came over a socket, one at a time, so that whoever takes one can overwrite it. */
interface Incoming {
  readonly chunks: AsyncIterableIterator<Uint8Array>;
  /** Takes no more of them. */
  readonly end: () => void;
}

function incomingOf(socket: Socket): Incoming {
  const chunks = chunkByChunk(() => socket.resume());
  let isOver = false;
  const end = (): void => {
    if (!isOver) chunks.push(null);
    isOver = true;
  };
  socket.on('data', (chunk: Buffer) => {
    if (!isOver && !chunks.push(chunk)) socket.pause();
  });
  socket.once('end', end);
  socket.once('close', end);
  return { chunks: chunks[Symbol.asyncIterator]() as AsyncIterableIterator<Uint8Array>, end };
}

async function* from(first: Uint8Array, more: AsyncIterableIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (first.length > 0) yield first;
  yield* more;
}
