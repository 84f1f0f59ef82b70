import { app, session, shell } from 'electron';
import type { WebContents } from 'electron';
import { isWebLink, isWindowUrl } from './windowUrl.ts';

/** Copying text is all that the window may do beside showing itself. */
const PERMITTED = 'clipboard-sanitized-write';

/**
 * Locks every window, before there is one: it goes nowhere else, opens no other, holds no foreign page and is granted
 * nothing. A web address that a person has agreed to opens in their own browser.
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
