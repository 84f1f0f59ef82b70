import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type * as Electron from 'electron';
import { app, refusable } from './app.ts';
import { ipcMain } from './ipcMain.ts';
import { MemoryPage } from './page.ts';
import type { Frame, Page, PageHost } from './page.ts';
import { protocol } from './protocol.ts';
import { windows } from './state.ts';

/** The function that makes a window's page; a test may replace it with one that uses Chromium. */
export const screens: { make(host: PageHost): Page } = { make: (host) => new MemoryPage(host) };

/** The open windows, with their own type. */
const own = new Set<BrowserWindow>();

/** The `webContents` of a window: the window's side towards its page. */
export class StandInContents extends EventEmitter {
  page: Page | undefined;
  /** True once the page was loaded. */
  ready = false;
  #destroyed = false;
  #url = '';
  #opener: (details: { url: string }) => { action: string } = () => ({ action: 'allow' });

  getURL(): string {
    return this.#url;
  }
  isDestroyed(): boolean {
    return this.#destroyed;
  }
  send(channel: string, ...words: unknown[]): void {
    if (this.#destroyed) throw new Error('Object has been destroyed');
    // A value that cannot be cloned throws here, as in Electron.
    this.page?.receive(channel, structuredClone(words));
  }
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.#opener = handler;
  }
  async load(url: string, preload: string): Promise<void> {
    this.#url = url;
    this.page = screens.make(this.#host());
    await this.page.load(url, readFileSync(preload, 'utf8'));
    this.ready = true;
  }
  destroy(): void {
    this.#destroyed = true;
    this.emit('destroyed');
    void this.page?.close();
  }
  /** Acts as a page that wants to go to this address. Returns true when it may. */
  navigate(url: string): boolean {
    const event = refusable({ url });
    this.emit('will-frame-navigate', event);
    if (!event.defaultPrevented) this.emit('will-navigate', event);
    return !event.defaultPrevented;
  }
  /** Acts as a page that opens a window. Returns true when the window may open. */
  openWindow(url: string): boolean {
    return this.#opener({ url }).action === 'allow';
  }
  /** Sends a call over IPC as any frame could. */
  async invokeAs(frame: Frame, channel: string, words: unknown[]): Promise<unknown> {
    const handler = ipcMain.handlers.get(channel);
    if (!handler) throw new Error(`No handler registered for '${channel}'`);
    return structuredClone(await handler(this.#event(frame), ...structuredClone(words)));
  }
  sendAs(frame: Frame, channel: string, words: unknown[]): void {
    ipcMain.emit(channel, this.#event(frame), ...structuredClone(words));
  }
  #event({ url, isInside }: Frame): object {
    return { sender: this, senderFrame: { url, parent: isInside ? {} : null } };
  }
  #host(): PageHost {
    return {
      invoke: (frame, channel, words) => this.invokeAs(frame, channel, words),
      send: (frame, channel, words) => this.sendAs(frame, channel, words),
      navigate: (url) => this.navigate(url),
      open: (url) => void this.openWindow(url),
      serve: (url) => protocol.serve(url),
    };
  }
}

/** A window, which draws nothing; only a page in Chromium is drawn. */
export class BrowserWindow
  extends EventEmitter
  implements
    Pick<
      Electron.BrowserWindow,
      | 'close'
      | 'focus'
      | 'getNormalBounds'
      | 'isFocused'
      | 'isMaximized'
      | 'isMinimized'
      | 'loadURL'
      | 'maximize'
      | 'restore'
      | 'show'
    >
{
  readonly webContents = new StandInContents();
  readonly options: Electron.BrowserWindowConstructorOptions;
  bounds: Electron.Rectangle;
  focused = false;
  #maximized = false;
  minimized = false;

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.bounds = { x, y, width, height };
    own.add(this);
    windows.add(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  static getAllWindows(): BrowserWindow[] {
    return [...own];
  }
  async loadURL(url: string): Promise<void> {
    await this.webContents.load(url, this.options.webPreferences?.preload ?? '');
    this.emit('ready-to-show');
  }
  close(): void {
    this.emit('close', refusable({}));
    own.delete(this);
    windows.delete(this);
    this.webContents.destroy();
    this.emit('closed');
    if (windows.size === 0 && !app.emit('window-all-closed')) app.quit();
  }
  show(): void {
    this.focused = true;
  }
  focus(): void {
    this.focused = true;
  }
  isFocused(): boolean {
    return this.focused;
  }
  maximize(): void {
    this.#maximized = true;
  }
  isMaximized(): boolean {
    return this.#maximized;
  }
  isMinimized(): boolean {
    return this.minimized;
  }
  restore(): void {
    this.minimized = false;
  }
  getNormalBounds(): Electron.Rectangle {
    return this.bounds;
  }
}
