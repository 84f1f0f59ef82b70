/** The scheme and the host under which the desktop app serves its window to itself; nothing else may speak to it. */
export const WINDOW_SCHEME = 'rediacc';
const WINDOW_HOST = 'window';
export const WINDOW_URL = `${WINDOW_SCHEME}://${WINDOW_HOST}/`;

/** Returns true for a page of the window itself. */
export function isWindowUrl(url: string): boolean {
  // Compared as it is read, not by its beginning: `rediacc://window.example/` begins so too.
  const parsed = parse(url);
  return parsed?.protocol === `${WINDOW_SCHEME}:` && parsed.host === WINDOW_HOST && parsed.username === '';
}

/** Returns true for an address that may be handed to a person's browser; others could start any program. */
export function isWebLink(url: string): boolean {
  const protocol = parse(url)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
