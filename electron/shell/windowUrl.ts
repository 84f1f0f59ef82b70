/**
 * The scheme and the host under which the desktop app serves its window. Pages of other addresses may not call the app.
 */
export const WINDOW_SCHEME = 'rediacc';
const WINDOW_HOST = 'window';
export const WINDOW_URL = `${WINDOW_SCHEME}://${WINDOW_HOST}/`;

/** Returns true for a page of the window itself. */
export function isWindowUrl(url: string): boolean {
  // The parsed address is compared, as `rediacc://window.example/` begins like the window's too.
  const parsed = parse(url);
  return parsed?.protocol === `${WINDOW_SCHEME}:` && parsed.host === WINDOW_HOST && parsed.username === '';
}

/**
 * Returns true for an address that may be opened in a person's browser. Addresses of other schemes could start any
 * program.
 */
export function isWebLink(url: string): boolean {
  const protocol = parse(url)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}

function parse(url: string): URL | undefined {
  return URL.canParse(url) ? new URL(url) : undefined;
}
