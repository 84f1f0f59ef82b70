/**
 * The window's content security policy, the same in Electron and in a browser. It allows files of our own, and nothing
 * inline except styles (xterm writes its theme into a style element); no evaluated code, no frames and no forms.
 */
export const CONTENT_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
