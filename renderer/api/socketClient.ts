import type { ApiClient } from '../../shared/api/api.ts';
import { CLOSE_REFUSED, decodeLogChunk, toWindowSchema } from '../../shared/api/apiWire.ts';
import type { FromWindow } from '../../shared/api/apiWire.ts';
import { AppError, fromWire } from '../../shared/errors.ts';
import { readResult } from '../../shared/api/readAnswer.ts';
import { createEventHub } from './eventHub.ts';

/** Milliseconds until the next try after a lost link: soon, as the program is on this computer or one hop away. */
const RETRY_AFTER = 1_000;

type Link = Parameters<Parameters<ApiClient['onLink']>[0]>[0];

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: AppError) => void;
}

/**
 * The API over a WebSocket (browser mode). A lost link is tried again for ever; what was called meanwhile is rejected
 * with `connection-lost`. `refused`: the program does not know the secret (any more); only a new link lets us in.
 */
export function createSocketClient(url: string, secret: string): ApiClient {
  const hub = createEventHub();
  const links = new Set<(link: Link) => void>();
  const pending = new Map<number, Pending>();
  let nextId = 0;
  let link: Link | undefined;
  /** Calls that were made before the first welcome. */
  const waiting: (Pick<Pending, 'reject'> & { go: () => void })[] = [];
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
      if (typeof data === 'string') onText(data);
      else hub.emit('log.chunk', decodeLogChunk(new Uint8Array(data)));
    };
    opened.onclose = ({ code }) => {
      const lost = new AppError('connection-lost', { host: 'Rediacc', reason: 'closed' });
      for (const { reject } of pending.values()) reject(lost);
      pending.clear();
      for (const { reject } of waiting.splice(0)) reject(lost);
      setLink(code === CLOSE_REFUSED ? 'refused' : 'lost');
      if (code !== CLOSE_REFUSED) setTimeout(() => (socket = connect()), RETRY_AFTER);
    };
    return opened;
  }

  function onText(text: string): void {
    const message = toWindowSchema.parse(JSON.parse(text));
    switch (message.type) {
      case 'welcome':
        setLink('open');
        for (const { go } of waiting.splice(0)) go();
        break;
      case 'answer':
        take(pending, message.id)?.resolve(message.result);
        break;
      case 'refusal':
        take(pending, message.id)?.reject(fromWire(message.error));
        break;
      case 'event':
        hub.emit(message.event, message.payload);
        break;
    }
  }

  const ask = (method: string, params: unknown): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const go = (): void => {
        const id = nextId++;
        pending.set(id, { resolve, reject });
        send(socket, { type: 'call', id, method, params });
      };
      if (link === 'open') go();
      else if (link === undefined) waiting.push({ go, reject });
      else reject(new AppError('connection-lost', { host: 'Rediacc', reason: 'closed' }));
    });

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

function take<T>(map: Map<number, T>, key: number): T | undefined {
  const value = map.get(key);
  map.delete(key);
  return value;
}
