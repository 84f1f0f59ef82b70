import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from './support/app.ts';
import type { App } from './support/app.ts';
import { noBrowser, openWindow, startBrowser } from './support/browser.ts';
import { judge } from './support/judge.ts';
import { noNativeMachine, startNativeMachine } from './support/nativeMachine.ts';
import type { NativeMachine } from './support/nativeMachine.ts';
import { shopFiles } from './support/shop.ts';

const cannotRun = noBrowser ?? noNativeMachine;

/** What the night's entries say, the one that began last first. */
const NIGHT = [
  /^The autostart key of "shop" does not open key slot 1$/,
  /^The machine started; repositories that came up by themselves: 1 of 1; it was last seen \d+ min before$/,
  /^Volume of shop 99 % used$/,
  /^Container shop-worker-1 of shop ran out of memory; processes killed: 1$/,
  /^Container shop-api-1 of shop ended again and again: last exit code 7$/,
];

describe.skipIf(cannotRun !== undefined)(`a night on a machine${cannotRun ? ` (${cannotRun})` : ''}`, () => {
  let browser: Browser;
  let machine: NativeMachine;
  let app: App;
  beforeAll(async () => {
    [browser, machine] = await Promise.all([startBrowser(), startNativeMachine(shopFiles)]);
    app = await startApp(machine.known);
  });
  afterAll(async () => {
    await app.stop();
    await machine.stop();
    await browser.close();
  });

  const main = (page: Page): Locator => page.getByRole('main');
  const strip = (page: Page): Locator => page.getByRole('region', { name: 'While you were away' });
  const openTimeline = async (page: Page): Promise<void> => {
    await page.getByRole('navigation').first().getByRole('button', { name: /^web/ }).click();
    await main(page).getByRole('tab', { name: 'Timeline' }).click();
  };
  /** Returns what the rows of the timeline say, once there are some. */
  const told = async (page: Page): Promise<string[]> => {
    const rows = main(page)
      .getByRole('row')
      .filter({ has: page.getByRole('img') });
    await rows.first().waitFor();
    return rows.locator('td:nth-child(2)').allInnerTexts();
  };
  const reconnect = async (page: Page): Promise<void> => {
    machine.link.open();
    // The program tries by itself, and a click may come after that.
    await main(page).getByRole('button', { name: 'Reconnect' }).waitFor({ state: 'detached' });
  };
  const lose = async (page: Page): Promise<void> => {
    machine.link.close();
    await main(page).getByRole('button', { name: 'Reconnect' }).waitFor();
  };

  it('is told once, in order, with what matters first, and not again once it was dismissed', async () => {
    const { page, complaints } = await openWindow(browser, app);
    await openTimeline(page);
    await main(page).getByText('Nothing has happened yet').waitFor();
    expect(await strip(page).count()).toBe(0);

    await lose(page);
    await machine.plant('night');
    await reconnect(page);
    const lines = strip(page).getByRole('listitem');
    await lines.first().waitFor();
    const [key, , volume, memory] = NIGHT;
    expect(await lines.getByRole('button').allInnerTexts()).toEqual(
      [key, volume, memory].map((what) => expect.stringMatching(what as RegExp) as unknown),
    );
    await strip(page).getByRole('button', { name: '2 more: web' }).waitFor();
    expect(await told(page)).toEqual(
      NIGHT.map(
        (what) =>
          expect.stringMatching(new RegExp(`${what.source.slice(0, -1)}( \\(6 times\\))?$`)) as unknown,
      ),
    );
    await judge(page, 'away', false);

    await main(page)
      .getByRole('button', { name: /^Details: Container shop-api-1/ })
      .click();
    await main(page).getByText('the last words of api').waitFor();
    await strip(page)
      .getByRole('button', { name: /^Volume of shop/ })
      .click();
    await main(page).getByRole('heading', { name: 'shop' }).waitFor();

    await strip(page).getByRole('button', { name: 'Dismiss' }).press('Enter');
    await strip(page).waitFor({ state: 'detached' });
    await page.reload();
    await openTimeline(page);
    expect(await told(page)).toHaveLength(NIGHT.length);
    expect(await strip(page).count()).toBe(0);

    // What comes later is told alone.
    await lose(page);
    await machine.plant('morning');
    await reconnect(page);
    await lines.first().waitFor();
    expect(await lines.getByRole('button').allInnerTexts()).toEqual([
      'Container shop-worker-1 of shop ended: exit code 3',
    ]);
    await main(page)
      .getByRole('button', { name: /^Container shop-worker-1 of shop ended/ })
      .waitFor();
    expect(await told(page)).toHaveLength(NIGHT.length + 1);
    expect(complaints).toEqual([]);
  });
});
