import { existsSync } from 'node:fs';

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Finds the Chromium of this computer; undefined where there is none. */
export function findChromium(): string | undefined {
  return USUAL.find((file) => existsSync(file));
}
