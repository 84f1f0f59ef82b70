import type { ApiClient } from '../../shared/api/api.ts';
import type { ApiBridge } from '../../shared/api/apiWire.ts';
import { createBridgeClient } from './bridgeClient.ts';
import { createSocketClient } from './socketClient.ts';

/** The key under which this tab keeps the session's secret until it is closed; it is never in a cookie or a URL. */
const SECRET = 'rediacc-secret';

declare global {
  interface Window {
    /** The bridge that Electron's preload script puts here; absent in browser mode. */
    readonly rediacc?: ApiBridge;
  }
}

/** Connects this window to the API. Resolves with undefined when the tab needs a fresh link from the terminal. */
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

/**
 * Exchanges the one-time token in the URL's fragment for a secret, and takes it out of the URL. Resolves with undefined
 * when there is no token or it is not accepted.
 */
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
