import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from './support/app.ts';
import type { App } from './support/app.ts';
import { noBrowser, openWindow, startBrowser } from './support/browser.ts';
import { noNativeMachine, startNativeMachine } from './support/nativeMachine.ts';
import type { NativeMachine } from './support/nativeMachine.ts';

const MIB = 1024 * 1024;
/** The command that prints coloured lines of eighty bytes, no two of them the same. */
const LINES = `awk 'BEGIN { for (i = 0; i < COUNT; i++) printf "\\033[3%dm%09d\\033[0m %-59s\\n", i % 7 + 1, i, "the quick brown fox jumps over the lazy dog" }'`;
const lines = (count: string): string => LINES.replace('COUNT', count);
const cannotRun = noBrowser ?? noNativeMachine;

describe.skipIf(cannotRun !== undefined)(`a flood of output${cannotRun ? ` (${cannotRun})` : ''}`, () => {
  let browser: Browser;
  let machine: NativeMachine;
  let app: App;
  beforeAll(async () => {
    [browser, machine] = await Promise.all([
      startBrowser(),
      startNativeMachine({
        Rediaccfile: `up() {
          if [ -e flooded ]; then ${lines('1e12')}; fi
          touch flooded
          ${lines(String((100 * MIB) / 80))}
        }`,
      }),
    ]);
    app = await startApp(machine.known);
  });
  afterAll(async () => {
    await browser.close();
    await app.stop();
    await machine.stop();
  });

  it('of 100 MiB is shown, kept to the last byte, and the window answers meanwhile', async () => {
    const { page } = await openWindow(browser, app);
    await page.getByRole('navigation').getByRole('button', { name: /^shop/ }).click();
    await watchClicks(page);
    await page.getByRole('main').getByRole('button', { name: 'Up' }).click();
    const pane = page.getByRole('region', { name: 'Output of shop · up' });
    await pane.getByText('Following').waitFor();
    const startedAt = Date.now();
    let clicks = 0;
    while ((await pane.getByRole('status').textContent()) !== 'succeeded') {
      for (const tab of ['Overview', 'Lifecycle']) await page.getByRole('tab', { name: tab }).click();
      clicks += 2;
    }
    const seconds = (Date.now() - startedAt) / 1000;
    const slowest = await slowestClick(page);
    process.stdout.write(
      `${clicks} clicks in ${seconds} s of flood, the slowest answered in ${slowest} ms\n`,
    );
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      pane.getByRole('button', { name: 'Export everything' }).click(),
    ]);
    const exported = createHash('sha256');
    await pipeline(createReadStream(await download.path()), exported);
    expect(exported.digest('hex')).toBe(await machine.newestOutput());
  });

  it('without an end is ended by Cancel', async () => {
    const { page } = await openWindow(browser, app);
    await page.getByRole('navigation').getByRole('button', { name: /^shop/ }).click();
    await page.getByRole('main').getByRole('button', { name: 'Up' }).click();
    const pane = page.getByRole('region', { name: 'Output of shop · up' });
    await pane.getByText('Following').waitFor();
    await page.getByRole('main').getByRole('button', { name: 'Cancel' }).click();
    // The machine has ended the operation, even if the pane still has to read output from before.
    await page
      .getByRole('navigation')
      .getByRole('button', { name: /^shop, (?!Busy)/ })
      .waitFor();
  });
});

/** Notes how long the window takes from a click to the picture that answers it. */
function watchClicks(page: Page): Promise<void> {
  return page.evaluate(() => {
    const noted = window as unknown as { slowest: number };
    noted.slowest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) noted.slowest = Math.max(noted.slowest, duration);
    }).observe({ type: 'event', durationThreshold: 16 } as PerformanceObserverInit);
  });
}

function slowestClick(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { slowest: number }).slowest);
}
