import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createManualClock } from '../../tests/support/manualClock.ts';
import { otherAddressesAnswering } from '../../tests/support/otherAddresses.ts';
import { CLOSE_REFUSED } from '../../shared/api/apiWire.ts';
import { createApplication } from '../api/application.ts';
import type { Application } from '../api/application.ts';
import { noKeychain } from '../api/noKeychain.ts';
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
  application = await createApplication({
    folders: { config: join(root, 'config'), state: join(root, 'state') },
    version: '1.0.0',
    mode: 'browser',
    locale: 'en',
    home: root,
    readAgent: () => Promise.reject(new Error('no agent here')),
    passphrases: noKeychain,
  });
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

async function exchange(token: string, headers: Record<string, string> = {}): Promise<number> {
  const body = JSON.stringify({ token });
  const origin = `http://${own()}`;
  return (await ask('/session', { method: 'POST', headers: { origin, ...headers }, body })).status;
}

async function secretOf(token: string): Promise<string> {
  const headers = { origin: `http://${own()}` };
  const { body } = await ask('/session', { method: 'POST', headers, body: JSON.stringify({ token }) });
  return (JSON.parse(body) as { secret: string }).secret;
}

/** Opens a WebSocket and sends the messages. Resolves with what came back and how the socket was closed. */
function talk(
  messages: readonly (string | Uint8Array)[],
  { origin = `http://${own()}`, host = own(), until = Infinity } = {},
): Promise<{ received: unknown[]; closed?: number; refused?: boolean }> {
  return new Promise((resolve) => {
    const received: unknown[] = [];
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api`, { origin, headers: { host } });
    socket.on('open', () => messages.forEach((message) => socket.send(message)));
    socket.on('message', (data: Buffer) => {
      received.push(JSON.parse(data.toString()));
      if (received.length === until) {
        resolve({ received });
        socket.close();
      }
    });
    socket.on('error', () => resolve({ received, refused: true }));
    socket.on('close', (closed) => resolve({ received, closed }));
  });
}

const hello = (secret: string): string => JSON.stringify({ type: 'hello', secret });
const call = (method: string, params: unknown): string =>
  JSON.stringify({ type: 'call', id: 7, method, params });

describe('who may come in', () => {
  it('only who is on this computer: the server listens on 127.0.0.1 alone', async () => {
    expect((await ask('/')).status).toBe(200);
    expect(await otherAddressesAnswering(server.port)).toEqual([]);
  });

  it('a token is good once', async () => {
    const token = entry.issue();
    expect([await exchange(token), await exchange(token)]).toEqual([200, 403]);
  });

  it('a token that nobody issued, or that is too old, is refused', async () => {
    const token = entry.issue();
    const inTime = entry.issue();
    clock.advance(60_000);
    expect(await exchange(inTime)).toBe(200);
    clock.advance(1);
    expect([await exchange('x'), await exchange(''), await exchange(token)]).toEqual([403, 403, 403]);
  });

  it('a body that is larger than a token needs is refused, and the token stays good', async () => {
    const token = entry.issue();
    const headers = { origin: `http://${own()}` };
    const body = JSON.stringify({ token, more: 'x'.repeat(1024) });
    expect((await ask('/session', { method: 'POST', headers, body })).status).toBe(403);
    expect(await exchange(token)).toBe(200);
  });

  it('a window that does not say its secret within ten seconds is sent away', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const socket = new WebSocket(`ws://127.0.0.1:${server.port}/api`, { origin: `http://${own()}` });
      const closed = once(socket, 'close');
      await once(socket, 'open');
      vi.advanceTimersByTime(9_999);
      expect(socket.readyState).toBe(WebSocket.OPEN);
      vi.advanceTimersByTime(1);
      expect((await closed)[0]).toBe(CLOSE_REFUSED);
    } finally {
      vi.useRealTimers();
    }
  });

  it('a page from another origin is refused, even with a good token', async () => {
    const token = entry.issue();
    expect(await exchange(token, { origin: 'http://evil.example' })).toBe(403);
    expect(await exchange(token, { origin: 'null' })).toBe(403);
    expect(await exchange(token, { origin: `https://${own()}` })).toBe(403);
    expect(await exchange(token)).toBe(200);
    expect((await ask('/', { headers: { origin: 'http://evil.example' } })).status).toBe(403);
    expect((await ask('/', { headers: { origin: `http://${own()}` } })).status).toBe(200);
  });

  it('another Host is refused for everything; loopback names on any port are ours', async () => {
    for (const host of [
      'evil.example',
      `evil.example:${server.port}`,
      '127.0.0.1.evil.example',
      '10.0.0.1',
    ]) {
      const origin = `http://${host}`;
      expect((await ask('/', { headers: { host } })).status).toBe(403);
      expect(await exchange(entry.issue(), { host, origin })).toBe(403);
      expect(await talk([], { host, origin })).toMatchObject({ refused: true });
    }
    for (const host of ['localhost:9999', '[::1]:80', '127.0.0.1']) {
      expect((await ask('/', { headers: { host } })).status).toBe(200);
      expect(await exchange(entry.issue(), { host, origin: `http://${host}` })).toBe(200);
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

  it('a message before the secret, or a wrong secret, ends the connection without a word', async () => {
    const refused = { received: [], closed: CLOSE_REFUSED };
    expect(await talk([call('app.info', {})])).toEqual(refused);
    expect(await talk([hello('wrong'), call('app.info', {})])).toEqual(refused);
    expect(await talk(['not JSON'])).toEqual(refused);
    expect(await talk([new Uint8Array([1, 2, 3])])).toEqual(refused);
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

  it('a call with the right secret', async () => {
    const secret = await secretOf(entry.issue());
    const { received } = await talk([hello(secret), call('app.info', {})], { until: 2 });
    expect(received).toEqual([
      { type: 'welcome' },
      {
        type: 'answer',
        id: 7,
        result: expect.objectContaining({ version: '1.0.0', mode: 'browser' }) as unknown,
      },
    ]);
  });

  it('an unknown method and parameters that fail their schema are refused, and their values not repeated', async () => {
    const secret = await secretOf(entry.issue());
    for (const [method, params] of [
      ['machine.explode', {}],
      ['constructor', {}],
      ['operation.start', { machine: 'hunter2', passphrase: 4 }],
      ['log.ack', { log: 0, bytes: -1 }],
    ] as const) {
      const { received } = await talk([hello(secret), call(method, params)], { until: 2 });
      expect(received[1]).toMatchObject({ type: 'refusal', id: 7, error: { code: 'bad-arguments' } });
      expect(JSON.stringify(received)).not.toContain('hunter2');
    }
  });

  it('a frame that is none ends the connection', async () => {
    const secret = await secretOf(entry.issue());
    expect(await talk([hello(secret), '{"type":"eval"}'])).toMatchObject({ closed: 1008 });
    expect(await talk([hello(secret), hello(secret)])).toMatchObject({ closed: CLOSE_REFUSED });
    expect(await talk([hello(secret), 'x'.repeat(2 * 1024 * 1024)])).toMatchObject({ closed: 1009 });
  });
});
