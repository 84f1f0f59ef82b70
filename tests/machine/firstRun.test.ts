import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApp } from '../browser/support/app.ts';
import type { App } from '../browser/support/app.ts';
import { noBrowser, openWindow, startBrowser } from '../browser/support/browser.ts';
import { goFirstRun } from '../browser/support/firstRun.ts';
import { openBench, PASSPHRASE } from './support/bench.ts';
import type { Bench } from './support/bench.ts';
import { filesWith } from './support/search.ts';

const why = noBrowser === undefined ? '' : ` (${noBrowser})`;

describe.skipIf(noBrowser !== undefined)(`the first run in the window${why}`, () => {
  let bench: Bench;
  let browser: Browser;
  let app: App;
  beforeAll(async () => {
    bench = await openBench({ setUp: false });
    browser = await startBrowser();
    app = await startApp({ keys: { id_ed25519: readFileSync(bench.machine.key, 'utf8') } });
  });
  afterAll(async () => {
    await browser.close();
    await app.stop();
    bench.close();
  });

  it('ends with the complete example: an api with its database and its cache', async () => {
    const { page } = await openWindow(browser, app);
    const wanted = { machine: 'web-1', repository: 'webapp', size: '3G', passphrase: PASSPHRASE };
    await goFirstRun(page, bench.machine, { ...wanted, template: /^PostgreSQL, Redis and an API/ });
    await page.getByRole('tab', { name: 'Overview' }).first().click();
    const services = page.getByRole('main').getByRole('table', { name: 'Services' });
    for (const address of ['127.0.11.2', '127.0.11.3', '127.0.11.4'])
      await services.getByText(address).waitFor();
    const answer = await bench.root(
      'curl -sS --retry 60 --retry-all-errors --retry-delay 2 http://127.0.11.2:8080/',
    );
    expect(JSON.parse(answer)).toMatchObject({ database: 'ok', redis: 'ok' });
    // The passphrase is kept nowhere: not by the page, not in the person's home. The machine's name is found, which
    // shows that the search can find something.
    expect(await page.evaluate('JSON.stringify([localStorage, sessionStorage])')).not.toContain(PASSPHRASE);
    expect(filesWith(app.home, PASSPHRASE)).toEqual([]);
    expect(filesWith(app.home, 'web-1')).toContain(join('config', 'contexts.json'));
  });
});
