import type { ApiClient } from '../../shared/api/api.ts';
import type { ApiBridge } from '../../shared/api/apiWire.ts';
import { createBridgeClient } from './bridgeClient.ts';
import { createSocketClient } from './socketClient.ts';

/** Where the session's secret lives: in this tab, until it is closed; never in a cookie or a URL. */
const SECRET = 'rediacc-secret';

declare global {
  interface Window {
    /** Put here by Electron's preload. */
    readonly rediacc?: ApiBridge;
  }
}

/** The API of this window; undefined when this tab was not let in and needs a fresh link from the terminal. */
export async function connectApi(): Promise<ApiClient | undefined> {
  if (window.rediacc) return createBridgeClient(window.rediacc);
  const secret = (await exchangeToken()) ?? sessionStorage.getItem(SECRET) ?? undefined;
  if (secret === undefined) return undefined;
  const client = createSocketClient(`ws://${location.host}/api`, secret);
  client.onLink((link) => {
    if (link === 'refused') sessionStorage.removeItem(SECRET);
  });
  return client;
}

/** Gives the one-time token of the URL's fragment for a secret, and takes it out of the URL. */
async function exchangeToken(): Promise<string | undefined> {
  const token = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (token === undefined) return undefined;
  history.replaceState(null, '', location.pathname);
  const response = await fetch('/session', { method: 'POST', body: JSON.stringify({ token }) });
  if (!response.ok) return undefined;
  const { secret } = (await response.json()) as { secret: string };
  sessionStorage.setItem(SECRET, secret);
  return secret;
}
