import type { Browser, BrowserContext, Page as BrowserPage, Request, Route } from 'playwright-core';
import { WINDOW_URL } from '../../../electron/shell/windowUrl.ts';
import type { Frame, Page, PageHost } from './page.ts';

/** The URL in place of `rediacc:`, which Chromium does not know; here a page is as trusted as under a secure scheme. */
const STAND_IN_URL = 'http://window.localhost/';

const toWindow = (url: string): string =>
  url.startsWith(STAND_IN_URL) ? WINDOW_URL + url.slice(STAND_IN_URL.length) : url;

/** The script of the preload's `require('electron')` in the page, over functions that Playwright puts there. */
const PRELOAD_ELECTRON = `
  const listeners = new Map();
  window.standInReceive = (channel, words) => {
    for (const listener of listeners.get(channel) ?? []) listener({}, ...words);
  };
  const require = (name) => {
    if (name !== 'electron') throw new Error('A sandboxed preload asked for ' + name);
    return {
      contextBridge: { exposeInMainWorld: (key, api) => Object.defineProperty(window, key, { value: api }) },
      ipcRenderer: {
        invoke: (channel, ...words) => window.standInInvoke(channel, words),
        send: (channel, ...words) => void window.standInSend(channel, words),
        on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      },
    };
  };
`;

/** Returns true for a request of this page; a navigation of a window that is just being opened has no frame yet. */
function isOf(request: Request, page: BrowserPage): boolean {
  try {
    return request.frame().page() === page;
  } catch {
    return false;
  }
}

/** A window's page in a true Chromium, with the files and headers that the program serves and the built preload. */
export class ChromiumPage implements Page {
  readonly #browser: Browser;
  readonly #host: PageHost;
  #context: BrowserContext | undefined;
  /** The page, for a test to look at and to click in. */
  page: BrowserPage | undefined;

  constructor(browser: Browser, host: PageHost) {
    this.#browser = browser;
    this.#host = host;
  }

  async load(url: string, preload: string): Promise<void> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 840 } });
    this.#context = context;
    const page = await context.newPage();
    this.page = page;
    let loaded = false;
    context.on('page', (other) => void other.close());
    await context.route('**/*', (route) => this.#answer(route, page, !loaded));
    const frameOf = (frame: { url(): string; parentFrame(): unknown }): Frame => ({
      url: toWindow(frame.url()),
      isInside: frame.parentFrame() !== null,
    });
    await page.exposeBinding('standInInvoke', ({ frame }, channel: string, words: unknown[]) =>
      this.#host.invoke(frameOf(frame), channel, words),
    );
    await page.exposeBinding('standInSend', ({ frame }, channel: string, words: unknown[]) =>
      this.#host.send(frameOf(frame), channel, words),
    );
    // As in Electron, the preload runs only in the page itself, not in frames inside it.
    await page.addInitScript({
      content: `if (window === window.top) { ${PRELOAD_ELECTRON} const module = {exports: {}}; ${preload} }`,
    });
    await page.goto(url.replace(WINDOW_URL, STAND_IN_URL));
    loaded = true;
  }

  receive(channel: string, words: unknown[]): void {
    // A page that is being closed cannot evaluate anything; that is no error.
    this.page
      ?.evaluate(
        ([to, what]) =>
          (window as unknown as { standInReceive(channel: unknown, words: unknown): void }).standInReceive(
            to,
            what,
          ),
        [channel, words],
      )
      .catch(() => undefined);
  }

  async close(): Promise<void> {
    await this.#context?.close();
  }

  /** Answers each request of the window: a file of the program, a navigation, a new window, or nothing. */
  async #answer(route: Route, page: BrowserPage, isFirst: boolean): Promise<void> {
    const request = route.request();
    const url = toWindow(request.url());
    if (request.isNavigationRequest() && !isOf(request, page)) {
      this.#host.open(url);
      await route.abort();
      return;
    }
    const isRefused = request.isNavigationRequest() && !isFirst && !this.#host.navigate(url);
    if (isRefused || !url.startsWith(WINDOW_URL)) {
      await route.abort('aborted');
      return;
    }
    const response = await this.#host.serve(url);
    await route.fulfill({
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: Buffer.from(await response.arrayBuffer()),
    });
  }
}
