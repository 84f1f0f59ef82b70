import { compileFunction } from 'node:vm';
import type { ApiBridge } from '../../../shared/api/apiWire.ts';

/** The program that a page belongs to, as the page reaches it. */
export interface PageHost {
  /** Calls over Electron's IPC as this frame. */
  invoke(frame: Frame, channel: string, words: unknown[]): Promise<unknown>;
  send(frame: Frame, channel: string, words: unknown[]): void;
  /** Asks whether the page may go to another address. */
  navigate(url: string): boolean;
  /** Asks for another window. */
  open(url: string): void;
  /** Returns the program's answer to a request under its scheme. */
  serve(url: string): Promise<Response>;
}

export interface Frame {
  readonly url: string;
  readonly isInside: boolean;
}

/** A page in a window: in memory (MemoryPage), or in Chromium (chromiumPage.ts). */
export interface Page {
  load(url: string, preload: string): Promise<void>;
  /** Receives a message from the program. */
  receive(channel: string, words: unknown[]): void;
  close(): Promise<void>;
}

type Listener = (event: object, ...words: unknown[]) => void;

/** The parts of `require('electron')` that a preload uses in a page. */
export interface PreloadElectron {
  contextBridge: { exposeInMainWorld(name: string, api: Record<string, unknown>): void };
  ipcRenderer: {
    invoke(channel: string, ...words: unknown[]): Promise<unknown>;
    send(channel: string, ...words: unknown[]): void;
    on(channel: string, listener: Listener): void;
  };
}

/** A page in memory: the true preload runs, and a test calls the functions that the preload put into the window. */
export class MemoryPage implements Page {
  readonly world: { rediacc?: ApiBridge } & Record<string, unknown> = {};
  readonly #host: PageHost;
  readonly #listeners = new Map<string, Listener[]>();
  #frame: Frame = { url: 'about:blank', isInside: false };

  constructor(host: PageHost) {
    this.#host = host;
  }

  async load(url: string, preload: string): Promise<void> {
    this.#frame = { url, isInside: false };
    this.#listeners.clear();
    await this.#host.serve(url);
    const modules = (name: string): PreloadElectron => {
      if (name !== 'electron') throw new Error(`A sandboxed preload asked for ${name}`);
      return this.#electron();
    };
    // The preload is a script; it runs with only those names that a sandboxed preload has.
    const script = compileFunction(preload, ['require', 'exports', 'module']);
    Reflect.apply(script, undefined, [modules, {}, { exports: {} }]);
  }

  receive(channel: string, words: unknown[]): void {
    for (const listener of this.#listeners.get(channel) ?? []) listener({}, ...words);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #electron(): PreloadElectron {
    return {
      contextBridge: {
        exposeInMainWorld: (name, api) => {
          this.world[name] = api;
        },
      },
      ipcRenderer: {
        invoke: (channel, ...words) => this.#host.invoke(this.#frame, channel, words),
        send: (channel, ...words) => this.#host.send(this.#frame, channel, words),
        on: (channel, listener) => {
          this.#listeners.set(channel, [...(this.#listeners.get(channel) ?? []), listener]);
        },
      },
    };
  }
}
