import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket, WebSocketServer } from 'ws';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Link } from '../../shared/api/api.ts';
import { CLOSE_LATE } from '../../shared/api/apiWire.ts';
import { createBrowserApplication } from '../support/browserApplication.ts';
import type { Application } from '../../electron/api/application.ts';
import { createEntry } from '../../electron/browser/guard.ts';
import type { Entry } from '../../electron/browser/guard.ts';
import { startBrowserServer } from '../../electron/browser/server.ts';
import type { BrowserServer } from '../../electron/browser/server.ts';
import { systemClock } from '../../electron/engine/clock.ts';
import type { Credentials } from '../../renderer/api/proofs.ts';
import { createSocketClient } from '../../renderer/api/socketClient.ts';

let root: string;
let application: Application;
let entry: Entry;
let server: BrowserServer | undefined;

const serve = (port: number): Promise<BrowserServer> =>
  startBrowserServer({ application, entry, folder: root, port });

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rediacc-socket-'));
  await mkdir(join(root, 'state'));
  await writeFile(join(root, 'index.html'), '');
  application = await createBrowserApplication(root);
  entry = createEntry(systemClock);
  server = await serve(0);
  // The page's own WebSocket names its origin by itself. It stays, as a window of an ended test may still try.
  vi.stubGlobal(
    'WebSocket',
    class extends WebSocket {
      constructor(url: string) {
        super(url, { origin: new URL(url.replace('ws:', 'http:')).origin });
        this.on('error', () => undefined);
      }
    },
  );
});

afterEach(async () => {
  await server?.close();
  await application.close();
  await rm(root, { recursive: true });
});

interface Page {
  readonly client: ReturnType<typeof createSocketClient>;
  readonly links: Link[];
  readonly sessions: Credentials[];
  readonly until: (link: Link) => Promise<void>;
}

function openPage(credentials: Credentials, port = server?.port ?? 0): Page {
  const links: Link[] = [];
  const sessions: Credentials[] = [];
  const client = createSocketClient({
    url: `ws://127.0.0.1:${port}/api`,
    credentials,
    onSession: (session) => sessions.push(session),
  });
  client.onLink((link) => links.push(link));
  const until = (link: Link): Promise<void> =>
    vi.waitFor(() => expect(links.at(-1)).toBe(link), { timeout: 30_000 });
  return { client, links, sessions, until };
}

function linkCredentials(): Credentials {
  const [id = '', secret = ''] = entry.issue().token.split('.');
  return { id, secret, isLink: true };
}

/** Listens where the program did, and says to each window what a stranger would. Returns all that windows said to it. */
async function strangerOn(port: number, answer: (said: string) => readonly string[]): Promise<string[]> {
  const heard: string[] = [];
  const http = createServer().listen(port, '127.0.0.1');
  await once(http, 'listening');
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (socket) => {
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      heard.push(data.toString());
      for (const message of answer(data.toString())) socket.send(message);
    });
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.close();
  });
  return heard;
}

/**
 * Passes messages between windows and the program, as `ssh -L` would. A message for which `ends` has a close code is
 * dropped, and the window's connection closed with that code. Returns the relay's port.
 */
async function relayTo(
  port: number,
  ends: (from: 'window' | 'program', message: string) => number | undefined,
): Promise<number> {
  const http = createServer().listen(0, '127.0.0.1');
  await once(http, 'listening');
  const sockets = new WebSocketServer({ server: http });
  sockets.on('connection', (near) => {
    const far = new WebSocket(`ws://127.0.0.1:${port}/api`, { origin: `http://127.0.0.1:${port}` });
    const opened = once(far, 'open');
    const between = (from: 'window' | 'program', to: WebSocket) => (data: Buffer) => {
      const code = ends(from, data.toString());
      if (code === undefined) void opened.then(() => to.send(data.toString()));
      else near.close(code);
    };
    near.on('message', between('window', far));
    far.on('message', between('program', near));
    far.on('error', () => undefined).on('close', (code) => near.close(code < 3000 ? LOST : code));
    near.on('error', () => undefined).on('close', () => far.terminate());
  });
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.close();
  });
  return (http.address() as AddressInfo).port;
}

/** A close code that says nothing. */
const LOST = 3000;

const word = (): string => randomBytes(32).toString('base64url');

describe('a window and its program', () => {
  it('prove themselves to each other, and nothing secret travels', async () => {
    const credentials = linkCredentials();
    const page = openPage(credentials);
    expect(await page.client.call('app.info', {})).toMatchObject({ version: '1.0.0' });
    const [session] = page.sessions;
    if (!session) throw new Error('no session');
    expect(session.secret).not.toBe(credentials.secret);
    // The session lets in again, as after a reload; the link does not.
    const again = openPage(session);
    await again.until('open');
    const used = openPage(credentials);
    await used.until('refused');
  });

  it('find each other again after a lost link', async () => {
    const page = openPage(linkCredentials());
    await page.until('open');
    const { port } = server ?? { port: 0 };
    await server?.close();
    await page.until('lost');
    await expect(page.client.call('app.info', {})).rejects.toMatchObject({ code: 'connection-lost' });
    server = await serve(port);
    await page.until('open');
    expect(await page.client.call('app.info', {})).toMatchObject({ version: '1.0.0' });
  });

  it.each([
    ['took the welcome with it, after which the link is used up', 'program', 'welcome', LOST],
    ['took the window’s proof with it, so that the link is still good', 'window', 'proof', LOST],
    ['took the program’s proof with it', 'program', 'challenge', LOST],
    ['was too slow for the window’s proof to come in time', 'window', 'proof', CLOSE_LATE],
  ] as const)('find each other again after a connection that %s', async (_, from, type, code) => {
    let lost = 0;
    const port = await relayTo(server?.port ?? 0, (side, message) => {
      if (lost > 0 || side !== from || !message.includes(`"${type}"`)) return undefined;
      lost += 1;
      return code;
    });
    const page = openPage(linkCredentials(), port);
    await page.until('open');
    expect([lost, new Set(page.links)]).toEqual([1, new Set(['lost', 'open'])]);
    expect(await page.client.call('app.info', {})).toMatchObject({ version: '1.0.0' });
    // The session that the page keeps is the one that lets it in, as after a reload.
    const session = page.sessions.at(-1);
    if (!session) throw new Error('no session');
    await openPage(session).until('open');
  });

  it('do not after a restart: a secret ends with its program', async () => {
    const page = openPage(linkCredentials());
    await page.until('open');
    const { port } = server ?? { port: 0 };
    await server?.close();
    entry = createEntry(systemClock);
    server = await serve(port);
    await page.until('stranger');
  });
});

describe('a stranger on the program’s port', () => {
  const challenge = (): string => JSON.stringify({ type: 'challenge', nonce: word(), proof: word() });
  it.each([
    ['answers with a guessed proof', () => [challenge()]],
    ['welcomes at once', () => ['{"type":"welcome"}']],
    ['sends a proof and a welcome before it was told anything', () => [challenge(), '{"type":"welcome"}']],
    ['asks for something', () => ['{"type":"event","event":"prompt.asked","payload":{}}']],
    ['speaks no JSON', () => ['hello']],
    [
      'sends the window’s own number back',
      (said: string) => {
        const { nonce } = JSON.parse(said) as { nonce: string };
        return [JSON.stringify({ type: 'challenge', nonce, proof: nonce })];
      },
    ],
  ])('that %s is told nothing but a random number, once', async (_, answer) => {
    const credentials = linkCredentials();
    const page = openPage(credentials);
    await page.until('open');
    const { port } = server ?? { port: 0 };
    await server?.close();
    server = undefined;
    await page.until('lost');
    const heard = await strangerOn(port, answer);
    await page.until('stranger');
    const [session] = page.sessions;
    expect(heard).toEqual([
      JSON.stringify({
        type: 'hello',
        id: session?.id,
        nonce: (JSON.parse(heard[0] ?? '') as { nonce: string }).nonce,
      }),
    ]);
    await expect(page.client.call('app.info', {})).rejects.toMatchObject({ code: 'connection-lost' });
    page.client.reconnect();
    expect(page.links.at(-1)).toBe('stranger');
    expect(heard).toHaveLength(1);
    expect(heard.join()).not.toContain(session?.secret);
    expect(heard.join()).not.toContain(credentials.secret);
  });

  it('that knows a proof made for another number is told nothing either', async () => {
    const secret = word();
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    const proof = createHmac('sha256', secret)
      .update(`rediacc program\n${word()}\n${word()}`)
      .digest('base64url');
    const heard = await strangerOn(port, () => [JSON.stringify({ type: 'challenge', nonce: word(), proof })]);
    const page = openPage({ id: word(), secret, isLink: false }, port);
    await page.until('stranger');
    expect(heard).toHaveLength(1);
  });
});

it('says that the program has ended after a minute of tries, and tries again when a person asks', async () => {
  const page = openPage(linkCredentials());
  await page.until('open');
  const { port } = server ?? { port: 0 };
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  await server?.close();
  server = undefined;
  for (let tries = 0; page.links.at(-1) !== 'ended'; tries += 1) {
    expect(tries).toBeLessThan(10_000);
    vi.advanceTimersByTime(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const { length } = page.links;
  vi.advanceTimersByTime(3_600_000);
  expect(page.links).toHaveLength(length);
  vi.useRealTimers();
  server = await serve(port);
  page.client.reconnect();
  await page.until('open');
});
