import type { ApiClient } from '../../shared/api/api.ts';
import { CLOSE_REFUSED, decodeLogChunk, toWindowSchema } from '../../shared/api/apiWire.ts';
import type { FromWindow } from '../../shared/api/apiWire.ts';
import { AppError } from '../../shared/errors.ts';
import { readResult } from '../../shared/api/readAnswer.ts';
import { createEventHub } from './eventHub.ts';
import type { EventHub } from './eventHub.ts';
import { createPendingCalls } from './pendingCalls.ts';
import type { PendingCalls } from './pendingCalls.ts';

/** The time until the next try after a lost link: short, as the program is on this computer or one hop away. */
const RETRY_AFTER_MILLISECONDS = 1_000;

type Link = Parameters<Parameters<ApiClient['onLink']>[0]>[0];

interface MessageTargets {
  readonly onWelcome: () => void;
  readonly calls: PendingCalls;
  readonly hub: EventHub;
}

/**
 * Creates the API over a WebSocket (browser mode). Calls wait for the first welcome. A lost link is tried again for
 * ever; until it is back, calls reject with `connection-lost`. The link is `refused` when the program does not know the
 * secret, or no longer: then only a fresh link from the terminal helps.
 */
export function createSocketClient(url: string, secret: string): ApiClient {
  const hub = createEventHub();
  const links = new Set<(link: Link) => void>();
  const calls = createPendingCalls();
  let link: Link | undefined;
  let socket = connect();

  function setLink(now: Link): void {
    link = now;
    for (const listener of links) listener(now);
  }

  function connect(): WebSocket {
    const opened = new WebSocket(url);
    opened.binaryType = 'arraybuffer';
    opened.onopen = () => send(opened, { type: 'hello', secret });
    opened.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data === 'string') receive(data, { onWelcome, calls, hub });
      else hub.emit('log.chunk', decodeLogChunk(new Uint8Array(data)));
    };
    opened.onclose = ({ code }) => {
      calls.rejectAll(connectionLost());
      setLink(code === CLOSE_REFUSED ? 'refused' : 'lost');
      if (code !== CLOSE_REFUSED) setTimeout(() => (socket = connect()), RETRY_AFTER_MILLISECONDS);
    };
    return opened;
  }

  function onWelcome(): void {
    setLink('open');
    calls.release();
  }

  const ask = async (method: string, params: unknown): Promise<unknown> => {
    if (link === 'lost' || link === 'refused') throw connectionLost();
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
  };
}

function send(socket: WebSocket, message: FromWindow): void {
  socket.send(JSON.stringify(message));
}

/** Hands a message of the program to what it is for. */
function receive(text: string, { onWelcome, calls, hub }: MessageTargets): void {
  const message = toWindowSchema.parse(JSON.parse(text));
  switch (message.type) {
    case 'welcome':
      onWelcome();
      break;
    case 'answer':
      calls.answer(message.id, message.result);
      break;
    case 'refusal':
      calls.refuse(message.id, message.error);
      break;
    case 'event':
      hub.emit(message.event, message.payload);
      break;
  }
}

function connectionLost(): AppError {
  return new AppError('connection-lost', { host: 'Rediacc', reason: 'closed' });
}
