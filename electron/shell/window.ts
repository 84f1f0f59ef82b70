import { app, BrowserWindow, nativeImage, protocol, screen } from 'electron';
import { join } from 'node:path';
import { CONTENT_POLICY } from '../browser/contentPolicy.ts';
import { placeWindow, SMALLEST_WINDOW } from './windowBounds.ts';
import { WINDOW_SCHEME, WINDOW_URL, isWindowUrl } from './windowUrl.ts';
import { readWindowFile } from '../browser/files.ts';
import type { WindowFile } from './windowFile.ts';

/** Declares the window's scheme, so that its pages have an origin. Works only before Electron is ready. */
export function declareScheme(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true };
  protocol.registerSchemesAsPrivileged([{ scheme: WINDOW_SCHEME, privileges }]);
}

/** Serves the files of the built window, with the content security policy. `folder`: absolute path. */
export function serveWindow(folder: string): void {
  protocol.handle(WINDOW_SCHEME, async ({ url, method }) => {
    const file =
      isWindowUrl(url) && method === 'GET' ? await readWindowFile(folder, new URL(url).pathname) : undefined;
    const headers = {
      'Content-Security-Policy': CONTENT_POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': file?.type ?? 'text/plain',
    };
    if (!file) return new Response('404', { status: 404, headers });
    return new Response(new Uint8Array(file.bytes), { headers });
  });
}

/** The program's only window. */
export interface AppWindow {
  /** Brings the window to the front, or opens it. */
  show(): Promise<void>;
  /** Returns the window; undefined while it is closed and the program goes on in the tray. */
  current(): BrowserWindow | undefined;
  /** Saves the window's place for the next start, before the program ends. Closing the window saves it too. */
  keep(): Promise<void>;
}

/**
 * Makes the window, which `show()` opens. `dist`: the folder with the built preload and icons. `closed`: called when a
 * person has closed the window.
 */
export function createWindow(options: {
  readonly dist: string;
  readonly file: WindowFile;
  readonly closed: () => void;
}): AppWindow {
  let window: BrowserWindow | undefined;
  let opening: Promise<void> | undefined;

  let kept = Promise.resolve();
  let written = '';
  const keep = (): Promise<void> => {
    const now = window && { bounds: window.getNormalBounds(), maximized: window.isMaximized() };
    // Both closing the window and ending the program save the place. The second must not be cut short by the program's
    // end.
    if (now && JSON.stringify(now) !== written) {
      written = JSON.stringify(now);
      kept = options.file.write(now);
    }
    return kept;
  };
  const open = async (): Promise<void> => {
    await kept;
    const { bounds, maximized } = await options.file.read();
    const areas = [screen.getPrimaryDisplay(), ...screen.getAllDisplays()].map(({ workArea }) => workArea);
    const opened = build(options.dist, placeWindow(bounds, areas));
    window = opened;
    if (maximized) opened.maximize();
    opened.once('ready-to-show', () => opened.show());
    opened.on('close', () => void keep());
    opened.on('closed', () => {
      window = undefined;
      options.closed();
    });
    await opened.loadURL(WINDOW_URL);
  };

  return {
    show: async () => {
      if (window) {
        if (window.isMinimized()) window.restore();
        window.show();
        window.focus();
        return;
      }
      // Two calls at once open one window.
      opening ??= open().finally(() => {
        opening = undefined;
      });
      await opening;
    },
    current: () => window,
    keep,
  };
}

function build(dist: string, bounds: Electron.Rectangle): BrowserWindow {
  return new BrowserWindow({
    ...bounds,
    minWidth: SMALLEST_WINDOW.width,
    minHeight: SMALLEST_WINDOW.height,
    show: false,
    autoHideMenuBar: true,
    icon: nativeImage.createFromPath(join(dist, 'icons', 'app.png')),
    webPreferences: {
      preload: join(dist, 'preload.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      // Whoever can open them for a moment can read what is typed into the window.
      devTools: !app.isPackaged,
      // The spellchecker would fetch dictionaries from a foreign host.
      spellcheck: false,
    },
  });
}
