import type { RawData, WebSocket } from 'ws';
import { CLOSE_LATE, CLOSE_REFUSED, encodeLogChunk, fromWindowSchema } from '../../shared/api/apiWire.ts';
import type { FromWindow, ToWindow } from '../../shared/api/apiWire.ts';
import type { Application } from '../api/application.ts';
import type { Session } from '../api/windowSessions.ts';
import type { Sink } from '../api/sink.ts';
import type { Entry } from './guard.ts';

/** The milliseconds in which a window has to prove itself. */
const PROOF_LIMIT_MILLISECONDS = 10_000;
/** The close code for a message that cannot be read (RFC 6455, "policy violation"). */
const CLOSE_UNREADABLE = 1008;

interface SocketOptions {
  readonly application: Application;
  readonly entry: Entry;
  /** Called when the window has proven itself. */
  readonly onAdmitted: () => void;
}

/**
 * Serves one window over one WebSocket. The program proves itself first, then the window; before that, nothing else is
 * answered and nothing else is sent.
 */
export function serveSocket(socket: WebSocket, { application, entry, onAdmitted }: SocketOptions): void {
  let greeting: ReturnType<Entry['greet']>;
  let session: Session | undefined;
  const limit = setTimeout(() => socket.close(CLOSE_LATE), PROOF_LIMIT_MILLISECONDS);

  const greet = (message: FromWindow | undefined): void => {
    if (message?.type === 'hello' && !greeting) greeting = entry.greet(message.id, message.nonce);
    else if (message?.type === 'proof' && greeting?.accept(message.proof) === true) {
      clearTimeout(limit);
      onAdmitted();
      void send(socket, { type: 'welcome' });
      session = application.open(sinkOf(socket));
      return;
    } else greeting = undefined;
    if (!greeting) socket.close(CLOSE_REFUSED);
    else void send(socket, { type: 'challenge', nonce: greeting.nonce, proof: greeting.proof });
  };
  const onMessage = (message: FromWindow | undefined): void => {
    if (!session) greet(message);
    else if (!message) socket.close(CLOSE_UNREADABLE);
    else if (message.type === 'call') void answer(socket, application, session, message);
    else socket.close(CLOSE_REFUSED);
  };
  socket.on('message', (data, isBinary) => {
    if (socket.readyState === socket.OPEN) onMessage(isBinary ? undefined : readMessage(data));
  });
  // After an error, such as a message that is too large, the socket closes by itself.
  socket.on('error', () => undefined);
  socket.on('close', () => {
    clearTimeout(limit);
    session?.close();
  });
}

async function answer(
  socket: WebSocket,
  application: Application,
  session: Session,
  { id, method, params }: Extract<FromWindow, { type: 'call' }>,
): Promise<void> {
  const answered = await application.dispatch(session, method, params);
  await send(
    socket,
    answered.ok
      ? { type: 'answer', id, result: answered.result }
      : { type: 'refusal', id, error: answered.error },
  );
}

function sinkOf(socket: WebSocket): Sink {
  return {
    send: (event, payload) => {
      if (event === 'log.chunk' && 'bytes' in payload) return sendData(socket, encodeLogChunk(payload));
      return send(socket, { type: 'event', event, payload });
    },
  };
}

function send(socket: WebSocket, message: ToWindow): Promise<void> {
  return sendData(socket, JSON.stringify(message));
}

/**
 * Sends data. Resolves when the bytes have left for the window, so that a caller that waits sends no faster than the
 * window reads.
 */
function sendData(socket: WebSocket, data: string | Uint8Array): Promise<void> {
  return new Promise((resolve) => socket.send(data, () => resolve()));
}

function readMessage(data: RawData): FromWindow | undefined {
  try {
    const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
    return fromWindowSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
