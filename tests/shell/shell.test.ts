import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { IPC } from '../../electron/shell/ipcChannels.ts';
import { CONTENT_POLICY } from '../../electron/browser/contentPolicy.ts';
import { WINDOW_URL } from '../../electron/shell/windowUrl.ts';
import { eventually, startShell } from './shellUnderTest.ts';
import type { ShellRun } from './shellUnderTest.ts';

let run: ShellRun | undefined;
afterEach(async () => {
  await run?.end();
  run = undefined;
});

/** Starts the shell and waits until its window is open. */
async function open(...how: Parameters<typeof startShell>): Promise<ShellRun> {
  const started = await startShell(...how);
  run = started;
  await eventually(() => expect(started.window().webContents.ready).toBe(true));
  return started;
}

const OWN = { url: WINDOW_URL, isInside: false };

describe('the window', () => {
  it('has no node, a sandbox, and a preload that gives one way to call and one to hear', async () => {
    const { window, bridge } = await open();
    const { preload, ...preferences } = window().options.webPreferences ?? {};
    expect(preferences).toEqual({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
      devTools: true,
      spellcheck: false,
    });
    expect(preload).toMatch(/preload\.cjs$/);
    expect(Object.keys(bridge()).sort()).toEqual(['call', 'listen']);
  });

  it('has no developer tools in an installed app, in the menu or by any other way', async () => {
    const { electron, window } = await open(({ records }) => {
      records.system.isPackaged = true;
    });
    expect(window().options.webPreferences?.devTools).toBe(false);
    const roles = JSON.stringify(electron.records.applicationMenu);
    expect(roles).toContain('togglefullscreen');
    expect(roles).not.toContain('toggleDevTools');
  });

  it('is served its own files with the content security policy, and nothing else', async () => {
    const { electron } = await open();
    const page = await electron.protocol.serve(WINDOW_URL);
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([200, CONTENT_POLICY]);
    expect((await electron.protocol.serve(`${WINDOW_URL}..%2frenet.json`)).status).toBe(404);
    expect((await electron.protocol.serve('rediacc://elsewhere/')).status).toBe(404);
    expect((await electron.protocol.serve(WINDOW_URL, 'POST')).status).toBe(404);
    expect(electron.records.schemes.map(({ scheme }) => scheme)).toEqual(['rediacc']);
  });

  it('goes nowhere else and opens no other; a web address opens in the browser', async () => {
    const { electron, window } = await open();
    const { webContents } = window();
    expect(webContents.navigate('https://example.org/')).toBe(false);
    expect(webContents.navigate('file:///etc/passwd')).toBe(false);
    expect(webContents.navigate(WINDOW_URL)).toBe(true);
    const addresses = ['https://example.org/a', 'file:///etc/passwd', 'smb://host/share', WINDOW_URL];
    expect(addresses.map((url) => webContents.openWindow(url))).toEqual([false, false, false, false]);
    expect(electron.records.opened).toEqual(['https://example.org/a']);
  });

  it('is granted nothing but copying text, and no foreign page that', async () => {
    const { permits } = (await open()).electron.records;
    const ask = (permission: string, url = WINDOW_URL): unknown[] => [
      permits.check?.(permission, url),
      permits.request?.(permission, url),
    ];
    expect(ask('clipboard-sanitized-write')).toEqual([true, true]);
    expect(ask('clipboard-sanitized-write', 'https://example.org/')).toEqual([false, false]);
    for (const permission of ['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal'])
      expect(ask(permission)).toEqual([false, false]);
    expect(permits.device?.()).toBe(false);
  });
});

describe('a message', () => {
  it('of the window is answered, and what happens is told', async () => {
    const { bridge } = await open();
    const heard = vi.fn();
    bridge().listen(heard);
    expect(await bridge().call('app.info', {})).toMatchObject({
      ok: true,
      result: { version: '1.2.3', mode: 'electron', locale: 'en-GB' },
    });
    await bridge().call('settings.set', { change: { theme: 'dark' } });
    await eventually(() =>
      expect(heard).toHaveBeenCalledWith('settings.changed', expect.objectContaining({ theme: 'dark' })),
    );
  });

  it.each([
    ['a page from elsewhere', { url: 'https://example.org/', isInside: false }],
    ['a file', { url: 'file:///tmp/index.html', isInside: false }],
    ['a frame inside the window', { url: WINDOW_URL, isInside: true }],
  ])('of %s is refused', async (_, frame) => {
    const { window, bridge } = await open();
    bridge().listen(() => undefined);
    const answer = await window().webContents.invokeAs(frame, IPC.call, ['app.info', {}]);
    expect(answer).toMatchObject({ ok: false, error: { code: 'not-permitted' } });
  });

  it('of another window is refused, whatever address it shows', async () => {
    const { electron, bridge } = await open();
    bridge().listen(() => undefined);
    const other = new electron.BrowserWindow({});
    expect(await other.webContents.invokeAs(OWN, IPC.call, ['app.info', {}])).toMatchObject({
      error: { code: 'not-permitted' },
    });
    other.close();
  });

  it('before the window listens is refused', async () => {
    const { bridge } = await open();
    expect(await bridge().call('app.info', {})).toMatchObject({ error: { code: 'bad-arguments' } });
  });

  it.each([
    ['that names no method', ['no.such', {}]],
    ['whose parameters fail their schema', ['contexts.use', { name: 7 }]],
    ['without a method', [{ method: 'app.info' }]],
  ])('%s is refused', async (_, words) => {
    const { window, bridge } = await open();
    bridge().listen(() => undefined);
    expect(await window().webContents.invokeAs(OWN, IPC.call, words)).toMatchObject({
      ok: false,
      error: { code: 'bad-arguments' },
    });
  });

  it('waits for a window that has not taken the one before', async () => {
    const { window, bridge, folder } = await open();
    const heard: unknown[] = [];
    // A page that takes events but answers none, as one that hangs.
    window().webContents.sendAs(OWN, IPC.listen, []);
    const { page } = window().webContents;
    vi.spyOn(page ?? { receive: () => undefined }, 'receive').mockImplementation((_, words) => {
      heard.push(words[1]);
    });
    const sshKey = join(folder, 'key');
    await writeFile(sshKey, '-----BEGIN OPENSSH PRIVATE KEY-----\n');
    for (const name of ['a', 'b', 'c'])
      expect(await bridge().call('contexts.create', { name, sshKey })).toMatchObject({ ok: true });
    for (const name of ['a', 'b', 'c']) await bridge().call('contexts.use', { name });
    expect(heard.filter((event) => event === 'state.changed')).toHaveLength(1);
  });
});

describe('the program', () => {
  it('ends when another one runs, which then comes to the front', async () => {
    const second = await startShell(({ records }) => {
      records.system.isFirstInstance = false;
    });
    expect(second.electron.records.exitCode).toBe(0);
    expect(second.electron.BrowserWindow.getAllWindows()).toEqual([]);
    await second.end();

    const first = await open();
    first.window().focused = false;
    first.electron.app.emit('second-instance', {});
    await eventually(() => expect(first.window().focused).toBe(true));
  });

  it('goes on in the tray when the window is closed, and opens it again where it was', async () => {
    const { electron, window } = await open();
    window().bounds = { x: 40, y: 50, width: 1000, height: 700 };
    window().maximize();
    window().close();
    expect(electron.records.exitCode).toBeUndefined();
    electron.records.trays[0]?.click();
    await eventually(() => expect(window().bounds).toEqual({ x: 40, y: 50, width: 1000, height: 700 }));
    expect(window().isMaximized()).toBe(true);
  });

  it('keeps the place of the window when it quits, and does not come back on a display that is gone', async () => {
    const { electron, window, folder } = await open();
    window().bounds = { x: 3000, y: 50, width: 1000, height: 700 };
    electron.app.quit();
    await eventually(() => expect(electron.records.exitCode).toBe(0));
    const kept = await readFile(join(folder, 'config/state/window.json'), 'utf8');
    expect(JSON.parse(kept)).toMatchObject({ bounds: { x: 3000 } });
    await run?.end();

    const again = await open(async (_, config) => {
      await mkdir(join(config, 'state'));
      await writeFile(join(config, 'state/window.json'), kept);
    });
    expect(again.window().bounds.x).toBeLessThan(1920);
  });

  it('says in a box why it does not start', async () => {
    const started = await startShell(async (_, config) => {
      await writeFile(join(config, '../dist/renet.json'), 'not JSON');
    });
    run = started;
    await eventually(() => expect(started.electron.records.errors).toHaveLength(1));
    expect(started.electron.records.exitCode).toBe(1);
  });

  it('speaks the language that is set, at once', async () => {
    const { electron, bridge } = await open();
    bridge().listen(() => undefined);
    const menu = (): unknown => electron.records.applicationMenu.map(({ label }) => label);
    expect(menu()).toEqual(['File', 'Edit', 'View', 'Window']);
    await bridge().call('settings.set', { change: { language: 'fr' } });
    expect(menu()).toEqual(['Fichier', 'Édition', 'Affichage', 'Fenêtre']);
    expect(electron.records.trays[0]?.toolTip).toBe('Rediacc Desktop\u00a0: rien ne tourne');
  });
});

describe('a debugger', () => {
  it.each(['remote-debugging-port', 'remote-debugging-pipe'])(
    'does not get into an installed app by --%s',
    async (name) => {
      run = await startShell(({ records }) => {
        records.system.isPackaged = true;
        records.system.switches = [name, 'lang'];
      });
      const { electron } = run;
      // Chromium looks at the switches after this, so what is gone now was never there for it.
      expect(electron.records.system.switches).toEqual(['lang']);
      await eventually(() => expect(electron.records.exitCode).toBe(1));
      expect(electron.records.errors.join()).toContain(`--${name}`);
      expect(electron.BrowserWindow.getAllWindows()).toEqual([]);
    },
  );

  it('gets into one that runs from its source, as its tests do', async () => {
    const { electron } = await open(({ records }) => {
      records.system.switches = ['remote-debugging-port'];
    });
    expect(electron.records.system.switches).toEqual(['remote-debugging-port']);
  });
});
