/**
 * The window's content security policy, the same in Electron and in a browser: files of our own, nothing inline but
 * styles (xterm writes its theme into a style element), nothing that evaluates, no frame on either side, no form.
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
