import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import type { ElectronApplication, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findElectron, here } from '../../scripts/electronBinary.ts';

const root = join(import.meta.dirname, '../..');

/** Electron's program as `npm start` finds it, or the reason why it cannot be used. */
const found = findElectron(root, here);
const program = 'program' in found ? found.program : undefined;
if (program === undefined)
  process.stderr.write(`SKIPPED: the desktop app was not run in Electron: ${JSON.stringify(found)}.\n`);

// A workflow that installs Electron sets REDIACC_ELECTRON, so that a run without Electron fails and is not skipped.
if (process.env['REDIACC_ELECTRON'] === 'required')
  it('finds Electron, and can start it', () => {
    expect(found).toEqual({ program: expect.any(String) as string });
  });

/** Starts Electron as `npm start` does. */
function launch(folder: string): Promise<ElectronApplication> {
  return _electron.launch({
    ...(program !== undefined && { executablePath: program }),
    args: [root],
    env: { ...(process.env as Record<string, string>), REDIACC_CONFIG_DIR: folder, LC_ALL: 'en_GB.UTF-8' },
  });
}

describe.skipIf(program === undefined)('the desktop app in Electron', () => {
  let folder: string;
  let app: ElectronApplication;
  let window: Page;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rediacc-electron-'));
    app = await launch(folder);
    window = await app.firstWindow();
    await window.waitForLoadState();
  });
  afterAll(async () => {
    await app.close();
    await rm(folder, { recursive: true });
  });

  it('shows its own page under its own scheme, without node', async () => {
    expect(window.url()).toBe('rediacc://window/');
    expect(await window.evaluate('[typeof require, typeof process, typeof window.rediacc.call]')).toEqual([
      'undefined',
      'undefined',
      'function',
    ]);
  });

  it('answers the window', async () => {
    const answer = await window.evaluate("window.rediacc.call('app.info', {})");
    expect(answer).toMatchObject({ ok: true, result: { mode: 'electron', platform: process.platform } });
  });

  it('stays where it is and opens no other window', async () => {
    await window.evaluate("location.href = 'https://example.invalid/'");
    await window.evaluate("window.open('rediacc://window/')");
    expect(window.url()).toBe('rediacc://window/');
    expect(app.windows()).toHaveLength(1);
  });

  it('names a keychain that exists, or says that there is none', async () => {
    const answer = await window.evaluate("window.rediacc.call('app.info', {})");
    const states = ['available', 'basic', 'absent'];
    const { result } = answer as { result: { keychain: { state: string } } };
    expect(states).toContain(result.keychain.state);
  });

  it('has a menu with the usual roles', async () => {
    const roles = await app.evaluate(({ Menu }) =>
      Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items.map(({ role }) => role)),
    );
    expect(roles).toEqual(expect.arrayContaining(['copy', 'paste', 'quit', 'minimize']));
  });

  it('lets a second start end at once', async () => {
    const second = await launch(folder).catch(() => undefined);
    await second?.waitForEvent('close').catch(() => undefined);
    expect(app.windows()).toHaveLength(1);
  });
});
