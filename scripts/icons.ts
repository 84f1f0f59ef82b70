import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from './chromium.ts';

/**
 * `npm run icons`: draws resources/icons/*.svg as PNG files beside them, which a tray can show: 16 pixels for a state,
 * and twice that for finer displays. It is run, and its files are committed, when a drawing changes.
 */
const folder = join(import.meta.dirname, '../resources/icons');
const program = findChromium();
if (program === undefined) throw new Error('Chromium is needed: apt-get install chromium');
const browser = await chromium.launch({ executablePath: program, args: ['--no-sandbox'] });
const page = await browser.newPage();
for (const file of (await readdir(folder)).filter((name) => name.endsWith('.svg'))) {
  const name = basename(file, '.svg');
  const svg = await readFile(join(folder, file), 'utf8');
  const sizes = name === 'app' ? { app: 512 } : { [name]: 16, [`${name}@2x`]: 32 };
  for (const [title, size] of Object.entries(sizes)) {
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>body{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
    await writeFile(join(folder, `${title}.png`), await page.screenshot({ omitBackground: true }));
  }
}
await browser.close();
