import { app, session, shell } from 'electron';
import type { WebContents } from 'electron';
import { isWebLink, isWindowUrl } from './windowUrl.ts';

/** The only permission that the window gets: to copy text. */
const PERMITTED = 'clipboard-sanitized-write';

/**
 * Locks all windows, and is called before there is one: a window goes to no other address, opens no other window,
 * embeds no foreign page and gets no permission but one. A web address that a person has agreed to opens in their own
 * browser.
 */
export function lockWindows(): void {
  app.on('web-contents-created', (_, contents) => {
    const stay = (event: { readonly url: string; preventDefault(): void }): void => {
      if (!isWindowUrl(event.url)) event.preventDefault();
    };
    contents.on('will-navigate', stay);
    contents.on('will-frame-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      if (isWebLink(url)) void shell.openExternal(url);
      return { action: 'deny' };
    });
  });
  const permits = (contents: WebContents | null, permission: string): boolean =>
    permission === PERMITTED && contents !== null && isWindowUrl(contents.getURL());
  session.defaultSession.setPermissionCheckHandler((contents, permission) => permits(contents, permission));
  session.defaultSession.setPermissionRequestHandler((contents, permission, callback) =>
    callback(permits(contents, permission)),
  );
  session.defaultSession.setDevicePermissionHandler(() => false);
}
