import { buildSync } from 'esbuild';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { ApiBridge } from '../../shared/api/apiWire.ts';
import type { MemoryPage } from './standIn/page.ts';
import type * as StandIn from './standIn/electron.ts';

/** One run of the shell's true files against the stand-in, in folders of its own. */
export interface ShellRun {
  readonly electron: typeof StandIn;
  readonly folder: string;
  readonly dist: string;
  /** The window that is open. */
  readonly window: () => StandIn.BrowserWindow;
  /** The API that the preload put into the window; only of a window in memory. */
  readonly bridge: () => ApiBridge;
  readonly end: () => Promise<void>;
}

const root = join(import.meta.dirname, '../..');
const PAGE = '<!doctype html><title>Rediacc</title><script type="module" src="./page.js"></script>';

/**
 * Starts the shell. Before that, `prepare` sets up the system's records and the files of the config folder. `page`: the
 * window's script.
 */
export async function startShell(
  prepare: (electron: typeof StandIn, config: string) => void | Promise<void> = () => undefined,
  page = '',
): Promise<ShellRun> {
  const folder = await mkdtemp(join(tmpdir(), 'rediacc-shell-'));
  const dist = join(folder, 'dist');
  const config = join(folder, 'config');
  await mkdir(join(dist, 'renderer'), { recursive: true });
  await mkdir(config);
  await writeFile(join(dist, 'renderer', 'index.html'), PAGE);
  await writeFile(join(dist, 'renderer', 'page.js'), page);
  await writeFile(join(dist, 'renet.cjs'), '');
  await writeFile(join(dist, 'renet.json'), JSON.stringify({ version: '1.2.3', sha256: '0'.repeat(64) }));
  buildPreload(join(dist, 'preload.cjs'));
  vi.stubEnv('REDIACC_CONFIG_DIR', config);
  vi.resetModules();
  const electron = (await import('electron')) as unknown as typeof StandIn;
  await prepare(electron, config);
  const { startShell: start } = await import('../../electron/shell/shell.ts');
  start(dist);
  const window = (): StandIn.BrowserWindow => {
    const [open] = electron.BrowserWindow.getAllWindows();
    if (!open) throw new Error('No window is open');
    return open;
  };
  return {
    electron,
    folder,
    dist,
    window,
    bridge: () => {
      const { rediacc } = (window().webContents.page as MemoryPage).world;
      if (!rediacc) throw new Error('No preload has run');
      return rediacc;
    },
    end: async () => {
      if (electron.records.exitCode === undefined) electron.app.quit();
      await eventually(() => {
        if (electron.records.exitCode === undefined) throw new Error('The shell does not end');
      });
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true });
    },
  };
}

/** Waits until `check` no longer throws; the limit is only against a run that hangs. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 50_000 });
}

/** Builds the preload as scripts/build.ts does. */
function buildPreload(outfile: string): void {
  buildSync({
    entryPoints: [join(root, 'electron/preload.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['electron'],
  });
}
