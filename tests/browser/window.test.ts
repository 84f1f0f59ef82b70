import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer } from 'ws';
import { createEntry } from '../../electron/browser/guard.ts';
import { writeEntryFile } from '../../electron/browser/openFile.ts';
import { startBrowserServer } from '../../electron/browser/server.ts';
import { createBrowserApplication } from '../support/browserApplication.ts';
import { systemClock } from '../../electron/engine/clock.ts';
import { noBrowser, openWindow, startBrowser } from './support/browser.ts';
import { startApp } from './support/app.ts';
import type { App } from './support/app.ts';

describe.skipIf(noBrowser !== undefined)(`the window's doors${noBrowser ? ` (${noBrowser})` : ''}`, () => {
  let browser: Browser;
  let app: App;
  beforeAll(async () => {
    [browser, app] = await Promise.all([startBrowser(), startApp()]);
  });
  afterAll(async () => {
    await browser.close();
    await app.stop();
  });

  const own = (): string => `http://127.0.0.1:${app.port}`;
  const blank = async (): Promise<Page> => (await browser.newContext()).newPage();
  /** Opens a WebSocket to the app in the page. Resolves with `open`, or with the code that it is closed with. */
  const knock = (page: Page, first?: string): Promise<string | number> =>
    page.evaluate(
      ({ port, message }) =>
        new Promise((resolve) => {
          const socket = new WebSocket(`ws://127.0.0.1:${port}/api`);
          socket.onmessage = () => resolve('open');
          socket.onclose = ({ code }) => resolve(code);
          socket.onopen = () => {
            if (message !== undefined) socket.send(message);
          };
        }),
      { port: app.port, message: first },
    );

  const onOwnPage = async (): Promise<Page> => {
    const page = await blank();
    await page.goto(own());
    return page;
  };

  it('open for the one-time link, once', async () => {
    const link = await app.link();
    const page = await blank();
    await page.goto(link);
    await page.getByRole('main').waitFor();
    expect(new URL(page.url()).hash).toBe('');
    const second = await blank();
    await second.goto(link);
    await second.getByRole('alert').or(second.getByRole('heading')).first().waitFor();
    expect(await second.getByRole('navigation').count()).toBe(0);
  });

  it('a page from another origin is refused', async () => {
    const server = createServer((_, response) => {
      response.setHeader('Content-Type', 'text/html').end('<!doctype html><title>other</title>');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const page = await blank();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await knock(page)).toBe(1006);
    const asked = await page.evaluate(
      (url) => fetch(`${url}/answer/${'x'.repeat(43)}`).catch(() => 'refused'),
      own(),
    );
    expect(asked).toBe('refused');
    // The page cannot show the window in a frame either.
    await page.setContent(`<iframe src="${own()}/"></iframe>`);
    const [, frame] = page.frames();
    await frame?.waitForLoadState();
    expect(await frame?.getByRole('main').count()).toBe(0);
    server.close();
  });

  it('a wrong token, and a wrong secret, are refused', async () => {
    const page = await blank();
    await page.goto(`${own()}/#token=${'x'.repeat(43)}.${'y'.repeat(43)}`);
    await page.getByRole('heading').first().waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    const hello = { type: 'hello', id: 'x'.repeat(43), nonce: 'n'.repeat(43) };
    expect(await knock(page, JSON.stringify(hello))).toBe(4001);
  });

  it('a forged Host is refused', async () => {
    const page = await blank();
    const answers = await Promise.all(
      ['evil.example', `127.0.0.1.evil.example:${app.port}`].map(async (host) => {
        const answer = await page.request.get(`${own()}/`, { headers: { host } });
        return answer.status();
      }),
    );
    expect(answers).toEqual([403, 403]);
  });

  it('a message that fails its schema ends the connection', async () => {
    expect(await knock(await onOwnPage(), '{"type":"evaluate","code":"1"}')).toBe(4001);
  });

  it('the window runs no script but its own, and sends nothing elsewhere', async () => {
    const { page } = await openWindow(browser, app);
    await page.getByRole('main').waitFor();
    const outcome = await page.evaluate(async () => {
      const inline = document.createElement('script');
      inline.textContent = 'window.injected = true';
      document.body.append(inline);
      const sent = await fetch('http://127.0.0.1:9/').catch(() => 'refused');
      const form = document.createElement('form');
      form.action = 'http://127.0.0.1:9/';
      document.body.append(form);
      form.submit();
      return { injected: 'injected' in window, sent };
    });
    expect(outcome).toEqual({ injected: false, sent: 'refused' });
    expect(new URL(page.url()).origin).toBe(own());
  });

  it('a reload of the window comes in again', async () => {
    const { page } = await openWindow(browser, app);
    await page.getByRole('navigation').first().waitFor();
    await page.reload();
    await page.getByRole('navigation').first().waitFor();
  });
});

describe.skipIf(noBrowser !== undefined)('a stranger on the port of a program that has ended', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());

  /** Listens on a port and keeps what is asked and said there; its proof is made up. */
  async function listen(port: number): Promise<{ port: number; heard: string[] }> {
    const heard: string[] = [];
    const http = createServer((request, response) => {
      heard.push(request.url ?? '');
      response.setHeader('Access-Control-Allow-Origin', '*').setHeader('Content-Type', 'text/html');
      response.end('<!doctype html><h1>Type your passphrase</h1>');
    }).listen(port, '127.0.0.1');
    await once(http, 'listening');
    const sockets = new WebSocketServer({ server: http });
    sockets.on('connection', (socket) =>
      socket.on('message', (data: Buffer) => {
        heard.push(data.toString());
        const word = randomBytes(32).toString('base64url');
        socket.send(JSON.stringify({ type: 'challenge', nonce: word, proof: word }));
        socket.send('{"type":"welcome"}');
      }),
    );
    onTestFinished(() => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      http.close();
    });
    return { port: (http.address() as AddressInfo).port, heard };
  }

  it('learns nothing from an open window, which stops and says so', async () => {
    const app = await startApp();
    const { page } = await openWindow(browser, app);
    await page.getByRole('navigation').first().waitFor();
    const kept = (): Promise<string | null> => page.evaluate(() => sessionStorage.getItem('rediacc-session'));
    // The window shows its bars before it was let in.
    await expect.poll(kept, { timeout: 30_000 }).not.toBeNull();
    const session = await kept();
    const { secret } = JSON.parse(session ?? '') as { secret: string };
    await app.stop();
    const { heard } = await listen(app.port);
    await page.getByRole('heading', { name: 'Rediacc does not answer here any longer' }).waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    expect(await page.evaluate(() => sessionStorage.length)).toBe(0);
    const sockets = heard.filter((said) => said.startsWith('{'));
    expect(sockets.map((said) => Object.keys(JSON.parse(said) as object))).toEqual([['type', 'id', 'nonce']]);
    expect(heard.join()).not.toContain(secret);
  });

  it('is not met by the page that leads a browser in; the program is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rediacc-entry-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const entry = createEntry(systemClock);
    const words = { entering: 'Opening', notOurs: 'Nobody we know answers here' };
    const stranger = await listen(0);
    const page = await (await browser.newContext()).newPage();
    const lost = await writeEntryFile(folder, { ticket: entry.issue(), port: stranger.port, words });
    await page.goto(pathToFileURL(lost).href);
    await page.getByText(words.notOurs).waitFor();
    expect(page.url()).toBe(pathToFileURL(lost).href);
    expect(stranger.heard).toEqual([expect.stringMatching(/^\/answer\/[\w-]{43}$/)]);

    const application = await createBrowserApplication(folder);
    const built = join(import.meta.dirname, '../../dist/renderer');
    const server = await startBrowserServer({ application, entry, folder: built, port: 0 });
    onTestFinished(async () => {
      await server.close();
      await application.close();
    });
    const found = await writeEntryFile(folder, { ticket: entry.issue(), port: server.port, words });
    await page.goto(pathToFileURL(found).href);
    await page.getByRole('main').waitFor();
    await page.waitForURL(`http://127.0.0.1:${server.port}/`);
  });
});
