import { readFileSync } from 'node:fs';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBench, operationsOf, PASSPHRASE } from '../machine/support/bench.ts';
import type { Bench } from '../machine/support/bench.ts';
import { startApp } from './support/app.ts';
import type { App } from './support/app.ts';
import { noBrowser, openWindow, startBrowser } from './support/browser.ts';
import { goFirstRun } from './support/firstRun.ts';
import { judge } from './support/judge.ts';
import { repositoryFlows } from './support/repositoryFlows.ts';
import { createShop, startSandboxShop } from './support/sandboxShop.ts';
import { shopFiles } from './support/shop.ts';

const suite = describe.skipIf(noBrowser !== undefined);
const why = noBrowser === undefined ? '' : ` (${noBrowser})`;

suite(`the window on a machine that nobody has set up yet${why}`, () => {
  let bench: Bench;
  let browser: Browser;
  let app: App;
  let page: Page;
  beforeAll(async () => {
    bench = await openBench({ setUp: false });
    browser = await startBrowser();
    app = await startApp({ keys: { id_ed25519: readFileSync(bench.machine.key, 'utf8') } });
    ({ page } = await openWindow(browser, app));
  });
  afterAll(async () => {
    await browser.close();
    await app.stop();
    bench.close();
  });

  const look = (name: string): Promise<void> => judge(page, name, true);
  const main = (): Locator => page.getByRole('main');
  const tree = (): Locator => page.getByRole('navigation').first();
  const line = (name: string): Locator => tree().getByRole('button', { name });
  const dialog = (): Locator => page.getByRole('dialog');
  const ended = (repository: string, verb: string): Promise<void> =>
    page
      .getByRole('region', { name: `Output of ${repository} · ${verb}` })
      .getByRole('status')
      .filter({ hasText: 'succeeded' })
      .waitFor();
  const slots = (): Promise<string> =>
    bench.root(`
      guid=$(readlink /mnt/rediacc/repos/shop)
      cryptsetup luksDump /mnt/rediacc/repositories/$guid | grep -oE '^  [0-9]+: luks2' | sort
      ls /mnt/rediacc/.credentials/keys/ 2>/dev/null | sed "s/$guid/GUID/"
    `);

  it('leads from nothing to a running repository', async () => {
    const wanted = { machine: 'web-1', repository: 'shop', size: '512M', passphrase: PASSPHRASE };
    await goFirstRun(page, bench.machine, { ...wanted, template: /^One service/ }, look);
    expect(await bench.root('curl -sS http://127.0.11.2:8080/')).toContain('<h1>');
    await look('repository-lifecycle');
    for (const tab of ['Overview', 'Logs', 'Settings']) {
      await page.getByRole('tab', { name: tab, exact: true }).first().click();
      await look(`running-${tab.toLowerCase()}`);
    }
  });

  it('shows the machine, all machines, what was done, and its settings', async () => {
    await line('web-1').click();
    await main().getByRole('heading', { name: 'web-1' }).waitFor();
    await main().getByRole('table', { name: 'Containers' }).waitFor();
    await look('machine');
    await tree().getByRole('button', { name: 'Machines' }).click();
    await look('machines');
    for (const section of ['Operations', 'Logs', 'Settings']) {
      await line(section).click();
      await main().getByRole('heading', { name: section }).first().waitFor();
      await look(section.toLowerCase());
    }
  });

  it('enables autostart, whose key it verifies, and disables it', async () => {
    await line('shop').click();
    await page.getByRole('tab', { name: 'Autostart' }).click();
    await main().getByRole('button', { name: 'Enable autostart' }).click();
    await dialog().getByLabel('Passphrase of shop').fill(PASSPHRASE);
    await look('autostart-consent');
    await dialog().getByRole('button', { name: 'Enable autostart' }).click();
    await main().getByText('The key opens the volume: it will come back.').waitFor();
    await look('repository-autostart');
    expect(await slots()).toBe('  0: luks2\n  1: luks2\nGUID.key\n');
    await main().getByRole('button', { name: 'Disable autostart' }).click();
    await dialog().getByLabel('Type shop to go on').fill('shop');
    await dialog().getByRole('button', { name: 'Disable autostart' }).click();
    await ended('shop', 'autostart off');
    expect(await slots()).toBe('  0: luks2\n');
  });

  it('brings it down, which is no alarm', async () => {
    await main().getByRole('button', { name: 'Down' }).click();
    await look('down');
    await dialog().getByRole('button', { name: 'Down' }).click();
    await line('shop, Stopped, mounted').waitFor();
    await ended('shop', 'down');
  });

  it('makes a second one, and starts and stops all after a dry run', async () => {
    await line('web-1').click();
    await main().getByRole('button', { name: 'New repository' }).click();
    await dialog().getByLabel('Name', { exact: true }).fill('blog');
    await dialog().getByLabel('Size', { exact: true }).fill('512M');
    for (const label of ['Passphrase', 'Passphrase again']) {
      await dialog().getByLabel(label, { exact: true }).fill(PASSPHRASE);
    }
    await dialog()
      .getByRole('radio', { name: /^One service/ })
      .check();
    await look('new-repository');
    await dialog().getByRole('button', { name: 'Create it and start it' }).click();
    await dialog().getByRole('heading', { name: 'blog is up' }).waitFor();
    await dialog().getByRole('button', { name: 'Close' }).click();
    await line('blog, Running').waitFor();

    const before = await operationsOf(bench);
    await main().getByRole('button', { name: 'Up all' }).click();
    await dialog().getByRole('checkbox', { name: 'Several at once, at most' }).check();
    const plan = dialog().getByRole('table', { name: 'What will happen' });
    await plan.getByText('shop').waitFor();
    await look('up-all');
    expect(await operationsOf(bench)).toEqual(before);
    await dialog().getByRole('button', { name: 'Up 2 repositories' }).click();
    await dialog().getByRole('status').getByText('2 succeeded').waitFor();
    await look('up-all-done');
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await line('shop, Running').waitFor();

    await main().getByRole('button', { name: 'Down all' }).click();
    await dialog().getByRole('checkbox', { name: 'Then unmount and close the volumes' }).check();
    const down = dialog().getByRole('button', { name: 'Down 2 repositories' });
    await down.waitFor();
    expect(await down.isDisabled()).toBe(true);
    await dialog().getByLabel('Type web-1 to go on').fill('web-1');
    await down.click();
    await dialog().getByRole('status').getByText('2 succeeded').waitFor();
    await dialog().getByRole('button', { name: 'Close' }).last().click();
    await line('shop, Closed').waitFor();
    await line('blog, Closed').waitFor();
  });
});

suite(`a repository's window on the sandbox machine${why}`, () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
    await createShop(bench);
  });
  afterAll(() => bench.close());
  repositoryFlows(() => startSandboxShop(bench, shopFiles), { pictures: true });
});
