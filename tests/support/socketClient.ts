import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createFrameDecoder, encodeJson } from '../../shared/protocol/frames.ts';
import { joinLine } from '../../shared/protocol/join.ts';
import { HELLO_MAGIC } from '../../shared/protocol/protocol.ts';
import { arrival } from './arrival.ts';

/** A message of the agent. */
export type Message = Readonly<Record<string, unknown>>;

/** A client of the resident agent's socket that sends what it likes. */
export interface SocketClient {
  readonly socket: Socket;
  /** Sends a ping. Resolves with its pong. */
  ping(): Promise<void>;
  /** Sends a request. Returns its id. */
  ask(method: string, params?: object): number;
  /** Resolves with the first message, of those that came and that come, which is wanted. */
  heard(what: string, isWanted: (message: Message) => boolean): Promise<Message>;
  /** Resolves with the answer to a request, or its refusal. */
  answerTo(id: number): Promise<Message>;
  /** The messages that came, without pongs. */
  readonly messages: readonly Message[];
  /** Resolves with the number of bytes that came, when the connection is closed. */
  readonly closed: Promise<number>;
}

/** Connects to the agent that listens on a socket, as an account. */
export function connectTo(path: string, account: string): SocketClient {
  const socket = connect(path);
  socket.on('error', () => undefined);
  const messages: Message[] = [];
  const wakes = new Set<() => void>();
  const decode = createFrameDecoder();
  let [received, lastId, pings, pongs] = [0, 0, 0, 0];
  socket.on('data', (chunk: Buffer) => {
    const body = chunk.subarray(Math.max(0, Buffer.byteLength(HELLO_MAGIC) - received));
    received += chunk.length;
    for (const frame of decode(body)) {
      if (frame.kind !== 'json') continue;
      const message = frame.value as Message;
      if (message['type'] === 'pong') pongs += 1;
      else messages.push(message);
    }
    for (const wake of wakes) wake();
  });
  const closed = new Promise<number>((resolve) => socket.once('close', () => resolve(received)));
  socket.write(joinLine({ account: { name: account, uid: 0, gid: 0 }, datastore: '/mnt/rediacc' }));
  const send = (value: object): void => void socket.write(encodeJson(value));
  const until = async <Value>(what: string, look: () => Value | undefined): Promise<Value> => {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      await arrival(what, new Promise<void>((resolve) => wakes.add(resolve)));
    }
  };
  const heard: SocketClient['heard'] = (what, isWanted) => until(what, () => messages.find(isWanted));
  return {
    ...{ socket, heard, messages, closed },
    ping: async () => {
      pings += 1;
      const number = pings;
      send({ type: 'ping' });
      await until('the pong', () => (pongs >= number ? true : undefined));
    },
    ask: (method, params = {}) => {
      lastId += 1;
      send({ type: 'request', id: lastId, method, params });
      return lastId;
    },
    answerTo: (id) => heard(`the answer to request ${id}`, (message) => message['id'] === id),
  };
}
