import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { App } from './app.ts';

const CHROMIUM = '/usr/bin/chromium';

/** The reason why the window cannot be driven on this computer; undefined when it can. */
export const noBrowser = existsSync(CHROMIUM) ? undefined : `SKIPPED: needs Chromium (${CHROMIUM})`;

/** The sizes at which every screen has to hold (docs/decisions/window-sizes.md). */
export const SIZES = {
  small: { width: 1024, height: 700 },
  large: { width: 1920, height: 1080 },
} as const;

/** The options of a window that is opened. */
export interface WindowOptions {
  readonly size?: keyof typeof SIZES;
  readonly theme?: 'light' | 'dark';
  /** The browser's language. */
  readonly locale?: string;
}

/** Starts Debian's Chromium. */
export function startBrowser(): Promise<Browser> {
  // Without this option Chromium refuses to be run by root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: CHROMIUM, args });
}

/** Opens the app's window in its own browser profile; `complaints` collects the page's errors. */
export async function openWindow(
  browser: Browser,
  app: App,
  { size = 'small', theme = 'light', locale = 'en-GB' }: WindowOptions = {},
): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({
    ...{ viewport: SIZES[size], colorScheme: theme, locale, reducedMotion: 'reduce', acceptDownloads: true },
  });
  // The limit is only against what never comes: a busy computer takes long.
  context.setDefaultTimeout(600_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  await page.goto(await app.link());
  return { page, complaints };
}
