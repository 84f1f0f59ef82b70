import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHmac } from 'node:crypto';
import { on, once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createManualClock } from '../../tests/support/manualClock.ts';
import { otherAddressesAnswering } from '../../tests/support/otherAddresses.ts';
import { CLOSE_LATE, CLOSE_REFUSED } from '../../shared/api/apiWire.ts';
import { createBrowserApplication } from '../../tests/support/browserApplication.ts';
import type { Application } from '../api/application.ts';
import { createEntry } from './guard.ts';
import type { Entry } from './guard.ts';
import { startBrowserServer } from './server.ts';
import type { BrowserServer } from './server.ts';

let root: string;
let application: Application;
let server: BrowserServer;
let entry: Entry;
const clock = createManualClock();

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rediacc-browser-'));
  const folder = join(root, 'renderer');
  await mkdir(folder);
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Rediacc</title>');
  await writeFile(join(root, 'secret.json'), '{}');
  application = await createBrowserApplication(root);
  entry = createEntry(clock);
  server = await startBrowserServer({ application, entry, folder, port: 0 });
});

afterEach(async () => {
  await server.close();
  await application.close();
  await rm(root, { recursive: true });
});

const own = (): string => `127.0.0.1:${server.port}`;

/** Sends one HTTP request, with headers as an attacker would choose them. */
function ask(
  path: string,
  {
    method = 'GET',
    headers = {},
    body = '',
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<{ status: number; body: string; policy: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      port: server.port,
      host: '127.0.0.1',
      path,
      method,
      headers: { host: own(), ...headers },
    };
    const asked = request(options, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString(),
          policy: String(response.headers['content-security-policy']),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

const origin = (): string => `http://${own()}`;

/** Opens a WebSocket as a page of our own does, or as an attacker would. */
function knock(headers: { origin?: string; host?: string } = {}): WebSocket {
  const { host = own(), ...rest } = headers;
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api`, {
    origin: origin(),
    ...rest,
    headers: { host },
  });
  socket.on('error', () => undefined);
  return socket;
}

/** Opens a WebSocket and sends the messages. Resolves with what came back and how the socket was closed. */
function talk(
  messages: readonly (string | Uint8Array)[],
  headers: { origin?: string; host?: string } = {},
): Promise<{ received: unknown[]; closed?: number; refused?: boolean }> {
  return new Promise((resolve) => {
    const received: unknown[] = [];
    const socket = knock(headers);
    socket.on('open', () => messages.forEach((message) => socket.send(message)));
    socket.on('message', (data: Buffer) => received.push(JSON.parse(data.toString())));
    socket.on('error', () => resolve({ received, refused: true }));
    socket.on('close', (closed) => resolve({ received, closed }));
  });
}

const NONCE = 'n'.repeat(43);
const WORD = expect.stringMatching(/^[\w-]{43}$/) as unknown;
const hmac = (secret: string, text: string): string =>
  createHmac('sha256', secret).update(text).digest('base64url');
const hello = (id: string): string => JSON.stringify({ type: 'hello', id, nonce: NONCE });
const call = (method: string, params: unknown): string =>
  JSON.stringify({ type: 'call', id: 7, method, params });

interface Came {
  readonly socket: WebSocket;
  /** Sends messages and resolves with the next `count` that come. */
  readonly say: (messages: readonly string[], count: number) => Promise<unknown[]>;
  /** The token of the session that a link's has become. */
  readonly session: string;
}

/** Comes in with a link's or a session's token, as the window does. Rejects with the close code when it is not let in. */
async function comeIn(token: string, headers: { origin?: string; host?: string } = {}): Promise<Came> {
  const [id = '', secret = ''] = token.split('.');
  const socket = knock(headers);
  const closed = once(socket, 'close').then(([code]) => Promise.reject(new Error(String(code))));
  closed.catch(() => undefined);
  const messages = on(socket, 'message')[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, string>> => {
    const { value } = (await Promise.race([messages.next(), closed])) as { value: [Buffer] };
    return JSON.parse(value[0].toString()) as Record<string, string>;
  };
  await Promise.race([once(socket, 'open'), closed]);
  socket.send(hello(id));
  const { nonce = '', proof } = await next();
  expect(proof).toBe(hmac(secret, `rediacc program\n${NONCE}\n${nonce}`));
  socket.send(JSON.stringify({ type: 'proof', proof: hmac(secret, `rediacc window\n${NONCE}\n${nonce}`) }));
  expect(await next()).toEqual({ type: 'welcome' });
  return {
    socket,
    say: async (words, count) => {
      for (const word of words) socket.send(word);
      const answers: unknown[] = [];
      while (answers.length < count) answers.push(await next());
      return answers;
    },
    session: ['session name', 'session']
      .map((part) => hmac(secret, `rediacc ${part}\n${NONCE}\n${nonce}`))
      .join('.'),
  };
}

/** Resolves with `in`, or with the code that the socket is closed with. */
const outcome = (token: string, headers: { origin?: string; host?: string } = {}): Promise<string> =>
  comeIn(token, headers).then(
    ({ socket }) => {
      socket.close();
      return 'in';
    },
    (error: unknown) => (error instanceof Error ? error.message : ''),
  );
const REFUSED = String(CLOSE_REFUSED);

describe('who may come in', () => {
  it('only who is on this computer: the server listens on 127.0.0.1 alone', async () => {
    expect((await ask('/')).status).toBe(200);
    expect(await otherAddressesAnswering(server.port)).toEqual([]);
  });

  it('a link is good once, and becomes a session that is good until the program ends', async () => {
    const { token } = entry.issue();
    const { session, socket } = await comeIn(token);
    socket.close();
    expect([await outcome(token), await outcome(session), await outcome(session)]).toEqual([
      REFUSED,
      'in',
      'in',
    ]);
    // Another program, on the same port or not, does not know the session.
    const other = createEntry(clock);
    entry.greet = (...words) => other.greet(...words);
    expect(await outcome(session)).toBe(REFUSED);
  });

  it('of two windows that begin with one link, one is let in', () => {
    const { token } = entry.issue();
    const [id = '', secret = ''] = token.split('.');
    const [first, second] = [entry.greet(id, NONCE), entry.greet(id, NONCE)];
    const proofs = [first, second].map((greeting) =>
      hmac(secret, `rediacc window\n${NONCE}\n${greeting?.nonce ?? ''}`),
    );
    expect(first?.accept(proofs[1] ?? '')).toBe(false);
    expect([first?.accept(proofs[0] ?? ''), second?.accept(proofs[1] ?? '')]).toEqual([true, false]);
  });

  it('a link that nobody issued, or that is too old, is refused', async () => {
    const [late, inTime, between] = [entry.issue().token, entry.issue().token, entry.issue().token];
    const [id = '', secret = ''] = between.split('.');
    const greeting = entry.greet(id, NONCE);
    clock.advance(60_000);
    expect(await outcome(inTime)).toBe('in');
    clock.advance(1);
    expect(await outcome(late)).toBe(REFUSED);
    expect(await outcome(`${'x'.repeat(43)}.${'y'.repeat(43)}`)).toBe(REFUSED);
    expect(await outcome('x.y')).toBe(REFUSED);
    const proof = hmac(secret, `rediacc window\n${NONCE}\n${greeting?.nonce ?? ''}`);
    expect(greeting?.accept(proof)).toBe(false);
  });

  it('the program proves itself to whoever names a secret, and lets nobody in for a wrong proof', async () => {
    const [id = ''] = entry.issue().token.split('.');
    const challenge = { type: 'challenge', nonce: WORD, proof: WORD };
    const proof = (text: string): string => JSON.stringify({ type: 'proof', proof: text });
    expect(await talk([hello(id), proof('w'.repeat(43)), call('app.info', {})])).toEqual({
      received: [challenge],
      closed: CLOSE_REFUSED,
    });
    // Greeting twice does not give two tries.
    expect(await talk([hello(id), hello(id)])).toEqual({ received: [challenge], closed: CLOSE_REFUSED });
    expect(await talk([hello(id), call('app.info', {})])).toMatchObject({ closed: CLOSE_REFUSED });
    expect(await talk([proof('w'.repeat(43))])).toEqual({ received: [], closed: CLOSE_REFUSED });
  });

  it('the page that leads here gets the answer to its question, and no other question is answered', async () => {
    const { question, answer } = entry.issue();
    expect(await ask(`/answer/${question}`, { headers: { origin: 'null' } })).toMatchObject({
      status: 200,
      body: answer,
    });
    expect((await ask(`/answer/${'q'.repeat(43)}`, { headers: { origin: 'null' } })).status).toBe(404);
    expect((await ask('/answer/', { headers: { origin: 'null' } })).status).toBe(404);
    expect((await ask(`/answer/${question}`, { headers: { host: 'evil.example' } })).status).toBe(403);
    clock.advance(60_001);
    expect((await ask(`/answer/${question}`)).status).toBe(404);
  });

  it('a window that does not prove itself within ten seconds is sent away', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api`, { origin: `http://${own()}` });
      const closed = once(socket, 'close');
      await once(socket, 'open');
      vi.advanceTimersByTime(9_999);
      expect(socket.readyState).toBe(WebSocket.OPEN);
      vi.advanceTimersByTime(1);
      // It is not refused: it may only have been slow, and may come again.
      expect((await closed)[0]).toBe(CLOSE_LATE);
    } finally {
      vi.useRealTimers();
    }
  });

  it('a page from another origin is refused, even with a good link', async () => {
    const { token } = entry.issue();
    for (const other of ['http://evil.example', 'null', `https://${own()}`]) {
      expect(await outcome(token, { origin: other })).not.toBe('in');
    }
    expect(await outcome(token)).toBe('in');
    expect((await ask('/', { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await ask('/', { headers: { origin: origin() } })).status).toBe(200);
  });

  it('another Host is refused for everything; loopback names on any port are ours', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${server.port}`,
      '127.0.0.1.evil.example',
      '10.0.0.1',
    ]) {
      expect((await ask('/', { headers: { host } })).status).toBe(403);
      expect(await talk([], { host, origin: `http://${host}` })).toMatchObject({ refused: true });
    }
    for (const host of ['localhost:9999', '[::1]:80', '127.0.0.1']) {
      expect((await ask('/', { headers: { host } })).status).toBe(200);
      expect(await outcome(entry.issue().token, { host, origin: `http://${host}` })).toBe('in');
    }
  });

  it('a WebSocket from another origin is refused before it opens', async () => {
    expect(await talk([], { origin: 'http://evil.example' })).toMatchObject({ refused: true, received: [] });
  });

  it('a refused visitor that breaks off takes nobody with it', async () => {
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      `GET /api HTTP/1.1\r\nHost: ${own()}\r\nOrigin: http://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toContain('403');
    socket.resetAndDestroy();
    expect((await ask('/')).status).toBe(200);
  });

  it('a message before the greeting, or a wrong name, ends the connection without a word', async () => {
    const refused = { received: [], closed: CLOSE_REFUSED };
    expect(await talk([call('app.info', {})])).toEqual(refused);
    expect(await talk([hello('w'.repeat(43)), call('app.info', {})])).toEqual(refused);
    expect(await talk(['not JSON'])).toEqual(refused);
    expect(await talk([new Uint8Array([1, 2, 3])])).toEqual(refused);
  });
});

describe('hundreds of connections that only wait', () => {
  it('drop themselves: the window goes on, and another one comes in', async () => {
    const { say, socket, session } = await comeIn(entry.issue().token);
    let dropped = 0;
    const idle = Array.from({ length: 350 }, (_, at) => {
      const one = connect(server.port, '127.0.0.1');
      // Some say nothing, some half a request, some open a WebSocket and leave it at that.
      if (at % 3 === 1) one.write(`GET / HTTP/1.1\r\nHost: ${own()}\r\n`);
      if (at % 3 === 2) {
        one.write(
          `GET /api HTTP/1.1\r\nHost: ${own()}\r\nOrigin: ${origin()}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
            'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
        );
      }
      one
        .resume()
        .on('error', () => undefined)
        .on('close', () => (dropped += 1));
      return one;
    });
    onTestFinished(() => idle.forEach((one) => one.destroy()));
    await vi.waitFor(() => expect(dropped).toBeGreaterThanOrEqual(350 - 64), { timeout: 30_000 });
    expect(await say([call('app.info', {})], 1)).toMatchObject([{ type: 'answer', id: 7 }]);
    expect((await ask('/')).status).toBe(200);
    expect(await outcome(session)).toBe('in');
    expect(await outcome(entry.issue().token)).toBe('in');
    expect(socket.readyState).toBe(WebSocket.OPEN);
  });
});

describe('what is answered', () => {
  it('the window and its strict policy; nothing outside its folder', async () => {
    const { status, body, policy } = await ask('/');
    expect([status, body]).toEqual([200, expect.stringContaining('Rediacc')]);
    expect(policy.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "font-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ]);
    for (const path of [
      '/../secret.json',
      '/%2e%2e/secret.json',
      '/..%2fsecret.json',
      '/nothing.js',
      '/%00',
    ]) {
      expect((await ask(path)).status).toBe(404);
    }
    expect((await ask('/', { method: 'PUT' })).status).toBe(405);
  });

  it('a call of a window that was let in', async () => {
    const { say } = await comeIn(entry.issue().token);
    expect(await say([call('app.info', {})], 1)).toEqual([
      {
        type: 'answer',
        id: 7,
        result: expect.objectContaining({ version: '1.0.0', mode: 'browser' }) as unknown,
      },
    ]);
  });

  it('an unknown method and parameters that fail their schema are refused, and their values not repeated', async () => {
    const { say } = await comeIn(entry.issue().token);
    for (const [method, params] of [
      ['machine.explode', {}],
      ['constructor', {}],
      ['operation.start', { machine: 'hunter2', passphrase: 4 }],
      ['log.ack', { log: 0, bytes: -1 }],
    ] as const) {
      const [answer] = await say([call(method, params)], 1);
      expect(answer).toMatchObject({ type: 'refusal', id: 7, error: { code: 'bad-arguments' } });
      expect(JSON.stringify(answer)).not.toContain('hunter2');
    }
  });

  it.each([
    ['{"type":"eval"}', 1008],
    [hello('w'.repeat(43)), CLOSE_REFUSED],
    ['x'.repeat(2 * 1024 * 1024), 1009],
  ])('a frame that is none ends the connection: %.20s', async (message, code) => {
    const { socket } = await comeIn(entry.issue().token);
    const closed = once(socket, 'close');
    socket.send(message);
    expect((await closed)[0]).toBe(code);
  });
});
