import * as z from 'zod';
import type { ApiClient } from '../../shared/api/api.ts';
import type { ApiBridge } from '../../shared/api/apiWire.ts';
import { createBridgeClient } from './bridgeClient.ts';
import type { Credentials } from './proofs.ts';
import { createSocketClient } from './socketClient.ts';

/** The key under which this tab keeps its session until it is closed; it is never in a cookie or a URL. */
const SESSION = 'rediacc-session';

const sessionSchema = z.object({ id: z.string(), secret: z.string(), isLink: z.literal(false) });

declare global {
  interface Window {
    /** The bridge that Electron's preload script puts here; absent in browser mode. */
    readonly rediacc?: ApiBridge;
  }
}

/** Connects this window to the API. Returns undefined when the tab needs a fresh link from the terminal. */
export function connectApi(): ApiClient | undefined {
  if (window.rediacc) return createBridgeClient(window.rediacc);
  const credentials = takeLink() ?? keptSession();
  if (credentials === undefined) return undefined;
  const client = createSocketClient({
    url: `ws://${location.host}/api`,
    credentials,
    onSession: (session) => sessionStorage.setItem(SESSION, JSON.stringify(session)),
  });
  client.onLink((link) => {
    // A secret ends with its program: whoever answers here now has no use for it.
    if (link === 'refused' || link === 'stranger') sessionStorage.removeItem(SESSION);
  });
  return client;
}

/** Takes the one-time link's secret out of the URL's fragment; undefined when there is none. */
function takeLink(): Credentials | undefined {
  const [, id, secret] = /^#token=([\w-]{43})\.([\w-]{43})$/.exec(location.hash) ?? [];
  if (id === undefined || secret === undefined) return undefined;
  history.replaceState(null, '', location.pathname);
  return { id, secret, isLink: true };
}

function keptSession(): Credentials | undefined {
  try {
    return sessionSchema.safeParse(JSON.parse(sessionStorage.getItem(SESSION) ?? '')).data;
  } catch {
    return undefined;
  }
}
