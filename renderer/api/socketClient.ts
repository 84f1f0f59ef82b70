import type { ApiClient, Link } from '../../shared/api/api.ts';
import { CLOSE_REFUSED, decodeLogChunk, toWindowSchema } from '../../shared/api/apiWire.ts';
import type { FromWindow } from '../../shared/api/apiWire.ts';
import { AppError, assertNever } from '../../shared/errors.ts';
import { readResult } from '../../shared/api/readAnswer.ts';
import { createEventHub } from './eventHub.ts';
import type { EventHub } from './eventHub.ts';
import { greetProgram } from './greeting.ts';
import { createPendingCalls } from './pendingCalls.ts';
import type { PendingCalls } from './pendingCalls.ts';
import type { Credentials } from './proofs.ts';

/** The time until the next try after a lost link: short, as the program is on this computer or one hop away. */
const RETRY_AFTER_MILLISECONDS = 1_000;
/** The tries after which the program counts as ended: at least a minute. */
const MOST_TRIES = 60;
/** The time in which a try has to come to a welcome. */
const TRY_LIMIT_MILLISECONDS = 10_000;

/** What this window is let in with, and where the session's own secret is kept. */
interface SocketOptions {
  readonly url: string;
  readonly credentials: Credentials;
  /** Called when a link's token becomes a session: later connections use these. */
  readonly onSession: (credentials: Credentials) => void;
}

/**
 * Creates the API over a WebSocket (browser mode). Nothing but a greeting is sent before the other side has proven that
 * it is the program that gave this window its secret. Calls wait for the first welcome. A lost link is tried again for a
 * minute; until it is back, calls reject with `connection-lost`. A link that is `refused` or leads to a `stranger` is
 * never tried again: only a fresh link from the terminal helps.
 */
export function createSocketClient({ url, credentials, onSession }: SocketOptions): ApiClient {
  const hub = createEventHub();
  const links = new Set<(link: Link) => void>();
  const calls = createPendingCalls();
  let current = credentials;
  /** The link, until a welcome says that it is used up: the window's proof, or the welcome, may be lost on the way. */
  let unused: Credentials | undefined;
  let link: Link | undefined;
  let wasOpen = false;
  let failures = 0;
  let socket = connect();

  function setLink(now: Link): void {
    link = now;
    for (const listener of links) listener(now);
  }

  function connect(): WebSocket {
    const opened = new WebSocket(url);
    opened.binaryType = 'arraybuffer';
    const limit = setTimeout(() => opened.close(), TRY_LIMIT_MILLISECONDS);
    let isStranger = false;
    greetProgram(opened, current, {
      onProven: (session) => {
        if (current.isLink) {
          unused = current;
          onSession(session);
        }
        current = session;
      },
      onWelcome: () => {
        clearTimeout(limit);
        unused = undefined;
        opened.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => receive(data, { calls, hub });
        beOpen();
      },
      onStranger: () => {
        isStranger = true;
        opened.close();
      },
    });
    opened.onclose = ({ code }) => {
      clearTimeout(limit);
      if (code === CLOSE_REFUSED && !isStranger && unused !== undefined) {
        // The session is not known there, so the proof that would have made it did not arrive.
        current = unused;
        unused = undefined;
        lose();
        return;
      }
      // The close code is anybody's word: after the link was open, whoever refuses is not the program that it led to.
      if (isStranger || (code === CLOSE_REFUSED && wasOpen)) end('stranger');
      else if (code === CLOSE_REFUSED) end('refused');
      else lose();
    };
    return opened;
  }

  function beOpen(): void {
    wasOpen = true;
    failures = 0;
    setLink('open');
    calls.release();
  }

  function end(as: Exclude<Link, 'open' | 'lost'>): void {
    calls.rejectAll(connectionLost());
    setLink(as);
  }

  function lose(): void {
    calls.rejectAll(connectionLost());
    failures += 1;
    setLink(failures < MOST_TRIES ? 'lost' : 'ended');
    if (link === 'lost') setTimeout(retry, RETRY_AFTER_MILLISECONDS);
  }

  function retry(): void {
    socket = connect();
  }

  const ask = async (method: string, params: unknown): Promise<unknown> => {
    if (link !== undefined && link !== 'open') throw connectionLost();
    return calls.add((id) => send(socket, { type: 'call', id, method, params }), link === 'open');
  };

  return {
    call: async (method, params) => readResult(method, await ask(method, params)),
    on: (event, listener) => hub.on(event, listener),
    onLink: (listener) => {
      links.add(listener);
      if (link) listener(link);
      return () => links.delete(listener);
    },
    reconnect: () => {
      if (link !== 'ended') return;
      failures = 0;
      setLink('lost');
      retry();
    },
  };
}

function send(socket: WebSocket, message: FromWindow): void {
  socket.send(JSON.stringify(message));
}

/** Hands a message of the program to what it is for. */
function receive(
  data: string | ArrayBuffer,
  { calls, hub }: { readonly calls: PendingCalls; readonly hub: EventHub },
): void {
  if (typeof data !== 'string') {
    hub.emit('log.chunk', decodeLogChunk(new Uint8Array(data)));
    return;
  }
  const message = toWindowSchema.parse(JSON.parse(data));
  switch (message.type) {
    case 'answer':
      calls.answer(message.id, message.result);
      break;
    case 'refusal':
      calls.refuse(message.id, message.error);
      break;
    case 'event':
      hub.emit(message.event, message.payload);
      break;
    case 'challenge':
    case 'welcome':
      // Belongs to the greeting, which is over.
      break;
    default:
      assertNever(message);
  }
}

function connectionLost(): AppError {
  return new AppError('connection-lost', { host: 'Rediacc', reason: 'closed' });
}
