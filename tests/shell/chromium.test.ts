import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { IPC } from '../../electron/shell/ipcChannels.ts';
import { WINDOW_URL } from '../../electron/shell/windowUrl.ts';
import { findChromium } from '../../scripts/chromium.ts';
import { eventually, startShell } from './shellUnderTest.ts';
import type { ShellRun } from './shellUnderTest.ts';
import { ChromiumPage } from './standIn/chromiumPage.ts';

const program = findChromium();
if (program === undefined)
  process.stderr.write(
    'SKIPPED: no Chromium here, so the shell was not seen with a true page in its window.\n',
  );

/** The window's script: it tries what a page must not do, and notes the events that it hears. */
const SCRIPT = `
  const tried = {};
  const attempt = async (name, work) => {
    try { tried[name] = (await work()) ?? 'done'; } catch (error) { tried[name] = 'refused'; }
  };
  window.heard = [];
  window.rediacc.listen((event, payload) => window.heard.push([event, payload]));
  await attempt('eval', () => (0, eval)('1'));
  await attempt('inline', () => {
    const script = document.createElement('script');
    script.textContent = 'window.inline = true';
    document.head.append(script);
    if (!window.inline) throw new Error('blocked');
  });
  await attempt('fetch', () => fetch('https://example.org/'));
  await attempt('node', () => { if (typeof require === 'undefined' && typeof process === 'undefined') throw 0; });
  // Last, because Playwright evaluates the program's answer in the page, to which no content policy applies.
  await attempt('call', async () => (await window.rediacc.call('app.info', {})).result.mode);
  window.tried = tried;
`;

describe.skipIf(program === undefined)(
  `the shell with a page in Chromium (stand-in, not Electron)${program === undefined ? ' (SKIPPED: needs Chromium)' : ''}`,
  () => {
    let browser: Browser;
    let run: ShellRun;
    let page: Page;

    beforeAll(async () => {
      browser = await chromium.launch({
        ...(program !== undefined && { executablePath: program }),
        args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
      });
    });
    afterAll(() => browser.close());

    beforeEach(async () => {
      run = await startShell(({ screens }) => {
        screens.make = (host) => new ChromiumPage(browser, host);
      }, SCRIPT);
      page = await eventually(() => {
        const { page: shown, ready } = run.window().webContents;
        const opened = ready ? (shown as ChromiumPage).page : undefined;
        if (!opened) throw new Error('no page yet');
        return opened;
      });
      await page.waitForFunction('window.tried');
    });
    afterEach(() => run.end());

    it('answers it through the built preload, and the policy refuses the rest', async () => {
      expect(await page.evaluate('window.tried')).toEqual({
        call: 'electron',
        eval: 'refused',
        inline: 'refused',
        fetch: 'refused',
        node: 'refused',
      });
    });

    it('tells it what happens, bytes as bytes', async () => {
      const bytes = new Uint8Array([0, 128, 255]);
      run.window().webContents.send(IPC.event, 99, 'log.chunk', { log: 1, offset: 0, bytes });
      await page.waitForFunction('window.heard.length > 0');
      expect(await page.evaluate('window.heard')).toEqual([['log.chunk', { log: 1, offset: 0, bytes }]]);
    });

    it('keeps it where it is, and gives web addresses to the browser of the person', async () => {
      const here = page.url();
      await page.evaluate("location.href = 'https://example.org/'").catch(() => undefined);
      await page.evaluate("window.open('https://example.org/manual', '_blank', 'noopener')");
      await eventually(() => expect(run.electron.records.opened).toEqual(['https://example.org/manual']));
      expect(page.url()).toBe(here);
      expect(await page.evaluate('document.title')).toBe('Rediacc');
    });

    it('answers nothing to a frame inside it', async () => {
      const { webContents } = run.window();
      const frame = { url: WINDOW_URL, isInside: true };
      expect(await webContents.invokeAs(frame, IPC.call, ['app.info', {}])).toMatchObject({ ok: false });
      const inside = page.evaluate(`new Promise((resolve) => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      resolve(frame.contentWindow.rediacc === undefined);
    })`);
      expect(await inside).toBe(true);
    });
  },
  120_000,
);
