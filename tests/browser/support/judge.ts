import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { SIZES } from './browser.ts';

const PICTURES = join(import.meta.dirname, '../../../docs/pictures');
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

declare global {
  interface Window {
    /** The library that the accessibility check loads into the page. */
    readonly axe?: { run(options: RunOptions): Promise<AxeResults> };
  }
}

/**
 * Judges a screen in both themes and at both sizes: nothing may overlap or be cut off, and there may be no serious
 * violation of accessibility. With `pictures`, and REDIACC_PICTURES set, it keeps pictures under docs/pictures; the
 * large ones are not committed.
 */
export async function judge(page: Page, name: string, pictures: boolean): Promise<void> {
  const found: string[] = [];
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      // Waits for two pictures, so that all that depends on the size has followed it.
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
      found.push(...(await misplaced(page)).map((fault) => `${theme} ${size}: ${fault}`));
      if (!pictures || process.env['REDIACC_PICTURES'] === undefined) continue;
      mkdirSync(PICTURES, { recursive: true });
      const file = size === 'small' ? `${name}-${theme}.png` : `${name}-${theme}-${size}.tmp.png`;
      await page.screenshot({ path: join(PICTURES, file) });
    }
    found.push(...(await violations(page)).map((fault) => `${theme}: ${fault}`));
  }
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(SIZES.small);
  expect(found, name).toEqual([]);
}

/** Lists serious and critical violations of accessibility, each by its rule and element. */
async function violations(page: Page): Promise<string[]> {
  // The page's content policy allows no script to be put in, so the library is evaluated from outside.
  await page.evaluate(AXE);
  const { violations: broken } = await page.evaluate(async () => {
    if (!window.axe) throw new Error('axe did not load');
    return window.axe.run({
      resultTypes: ['violations'],
      // This rule is experimental: it wants every number that a control shows to be in its name, word for word.
      rules: { 'label-content-name-mismatch': { enabled: false } },
    });
  });
  return broken
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id} at ${target.join(' ')}`));
}

/**
 * Lists what is not where it should be: a page that scrolls sideways, a control outside the window, text that is cut
 * off without three dots, controls that lie over one another.
 */
function misplaced(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const faults: string[] = [];
    const name = (element: Element): string =>
      `${element.tagName.toLowerCase()} "${(element.getAttribute('aria-label') ?? element.textContent).trim().slice(0, 40)}"`;
    const isShown = (element: Element): boolean => element.checkVisibility({ checkOpacity: true });
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth - clientWidth} too wide`);
    const controls = [
      ...document.querySelectorAll('button, a[href], input, [role=tab], [role=switch]'),
    ].filter(
      (control) => isShown(control) && control.closest('.xterm, [aria-hidden=true], [inert]') === null,
    );
    for (const control of controls) {
      const box = control.getBoundingClientRect();
      if (box.width === 0 || box.height === 0) continue;
      const middle = [box.left + box.width / 2, box.top + box.height / 2] as const;
      // A control that is scrolled out of view above or below can be reached; one beside the window cannot.
      if (box.left < -1 || box.right > innerWidth + 1) faults.push(`${name(control)} is outside the window`);
      if (middle[1] < 0 || middle[1] > innerHeight) continue;
      const top = document.elementFromPoint(...middle);
      const over = top?.closest('button, a[href], input');
      if (over && over !== control && !control.contains(over) && !over.contains(control)) {
        faults.push(`${name(over)} lies over ${name(control)}`);
      }
    }
    for (const element of document.querySelectorAll('body *')) {
      const hasText = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
      if (!hasText || !isShown(element) || element.closest('.xterm, .sr-only') !== null) continue;
      const style = getComputedStyle(element);
      const isCut = element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0;
      if (isCut && style.overflowX === 'hidden' && style.textOverflow !== 'ellipsis') {
        faults.push(`${name(element)} is cut off`);
      }
    }
    return faults;
  });
}
