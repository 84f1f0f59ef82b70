import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
      (url) => fetch(`${url}/session`, { method: 'POST', body: '{"token":"x"}' }).catch(() => 'refused'),
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
    await page.goto(`${own()}/#token=${'x'.repeat(43)}`);
    await page.getByRole('heading').first().waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    expect(await knock(page, JSON.stringify({ type: 'hello', secret: 'guessed' }))).toBe(4001);
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
    const { page } = await openWindow(browser, app);
    await page.getByRole('main').waitFor();
    const code = await page.evaluate(
      (port) =>
        new Promise((resolve) => {
          const secret = sessionStorage.getItem('rediacc-secret');
          const socket = new WebSocket(`ws://127.0.0.1:${port}/api`);
          socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', secret }));
          socket.onmessage = () => socket.send('{"type":"evaluate","code":"1"}');
          socket.onclose = (event) => resolve(event.code);
        }),
      app.port,
    );
    expect(code).toBe(1008);
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
});
