import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startApp } from './app.ts';
import type { App } from './app.ts';
import { openWindow, startBrowser } from './browser.ts';
import type { WindowOptions } from './browser.ts';
import { judge } from './judge.ts';
import type { Shop } from './shop.ts';

/**
 * Adds tests of what an admin does with one repository to the suite that calls this. `startShop` starts a shop with
 * `shopFiles`; `pictures`: pictures of its screens are kept.
 */
export function repositoryFlows(startShop: () => Promise<Shop>, { pictures }: { pictures: boolean }): void {
  let browser: Browser;
  let machine: Shop;
  let app: App;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    machine = await startShop();
    app = await startApp(machine.known);
  });
  afterEach(async () => {
    await app.stop();
    await machine.stop();
  });

  const tree = (page: Page): Locator => page.getByRole('navigation').first();
  const main = (page: Page): Locator => page.getByRole('main');
  /** Opens the window at the repository. */
  const openShop = async (options: WindowOptions = {}): Promise<Page> => {
    const { page } = await openWindow(browser, app, options);
    await tree(page).getByRole('button', { name: /^shop/ }).click();
    return page;
  };
  const inTree = (page: Page, state: string): Promise<void> =>
    tree(page)
      .getByRole('button', { name: new RegExp(`^shop, ${state}`) })
      .waitFor();
  const output = (page: Page, verb: string): Locator =>
    page.getByRole('region', { name: `Output of shop · ${verb}` });
  const ended = (page: Page, verb: string, verdict: string): Promise<void> =>
    output(page, verb).getByRole('status').filter({ hasText: verdict }).waitFor();

  it('runs what its Rediaccfiles say, live', async () => {
    const page = await openShop();
    await main(page).getByRole('button', { name: 'Up' }).click();
    await ended(page, 'up', 'succeeded');
    await main(page).getByRole('button', { name: 'up of api: succeeded' }).click();
    await page.getByRole('region', { name: /^Output of .*api/ }).waitFor();
    await judge(page, 'lifecycle', pictures);
    for (const tab of ['Overview', 'Logs', 'Autostart', 'Settings']) {
      await page.getByRole('tab', { name: tab, exact: true }).first().click();
      await judge(page, `repository-${tab.toLowerCase()}`, pictures);
    }
  });

  it('leads from the red dot to the failing line in two clicks', async () => {
    await machine.write({ broken: '' });
    const page = await openShop();
    await main(page).getByRole('button', { name: 'Up' }).click();
    await inTree(page, 'Failed');
    // A window that is opened later shows only the dot of the failure at first.
    const { page: later } = await openWindow(browser, app);
    await inTree(later, 'Failed');
    await tree(later).getByRole('button', { name: /^shop/ }).click();
    await main(later).getByRole('button', { name: 'prep of api: failed' }).click();
    await later.getByText('cannot find it').first().waitFor();
    await judge(later, 'failed', pictures);
  });

  it('cancels what runs', async () => {
    await machine.write({ slow: '' });
    const page = await openShop();
    await main(page).getByRole('button', { name: 'Up' }).click();
    await main(page).getByRole('button', { name: 'up of root: running' }).waitFor();
    await main(page).getByRole('button', { name: 'Cancel' }).click();
    await ended(page, 'up', 'cancelled');
  });

  it('shows what it knew when the connection is cut, and goes on when it is back', async () => {
    await machine.write({ slow: '' });
    const page = await openShop();
    await main(page).getByRole('button', { name: 'Up' }).click();
    await main(page).getByRole('button', { name: 'up of root: running' }).waitFor();
    machine.link.close();
    await inTree(page, 'Unknown');
    await main(page).getByRole('button', { name: 'Reconnect' }).waitFor();
    await judge(page, 'offline', pictures);
    machine.link.open();
    await main(page).getByRole('button', { name: 'Reconnect' }).click();
    await inTree(page, 'Busy');
    await main(page).getByRole('button', { name: 'Cancel' }).click();
    await ended(page, 'up', 'cancelled');
    await page.getByText('root is prepared').first().waitFor();
  });

  it('speaks French, in the dark as in the light, and changes its language live', async () => {
    const { page } = await openWindow(browser, app, { locale: 'fr-FR' });
    await tree(page)
      .getByRole('button', { name: /^shop, .*monté/i })
      .click();
    await main(page).getByRole('tab', { name: 'Cycle de vie' }).click();
    await judge(page, 'french', pictures);
    await page.getByRole('button', { name: /^Langue/ }).click();
    await page.getByRole('menuitem', { name: 'English' }).click();
    await main(page).getByRole('tab', { name: 'Lifecycle' }).waitFor();
  });

  it('is used by keyboard alone', async () => {
    const { page } = await openWindow(browser, app);
    await inTree(page, '.*[Mm]ounted');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('shop');
    await page.keyboard.press('Enter');
    await main(page).getByRole('heading', { name: 'shop' }).waitFor();
    const up = main(page).getByRole('button', { name: 'Up' });
    for (let steps = 0; steps < 60; steps += 1) {
      if (await up.evaluate((button) => button === document.activeElement)) break;
      await page.keyboard.press('Tab');
    }
    expect(await page.evaluate(() => document.activeElement?.matches(':focus-visible'))).toBe(true);
    await page.keyboard.press('Enter');
    await ended(page, 'up', 'succeeded');
  });
}
