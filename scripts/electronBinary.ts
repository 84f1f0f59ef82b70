import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The reason why the app opens in a browser. Each has its words under `host.reasons` in text/. */
type NoElectron = 'absent' | 'no-display' | 'root' | 'broken' | 'not-built';

/** The facts that decide between Electron and the browser. */
export interface ElectronBinaryDependencies {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** True for root on a system that has one. */
  readonly root: boolean;
  readonly exists: (path: string) => boolean;
  /** Returns whether the program starts and tells its version, as libraries of the system may be missing. */
  readonly starts: (program: string) => boolean;
}

const BINARIES: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * Finds Electron's program for the checkout at `folder`, or the reason why it cannot be used. Electron's own way to
 * find the path is not used, as it downloads what is missing.
 */
export function findElectron(
  folder: string,
  { platform, environment, root, exists, starts }: ElectronBinaryDependencies,
): { readonly program: string } | { readonly reason: NoElectron } {
  const place = environment['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'node_modules/electron/dist');
  const program = join(place, BINARIES[platform] ?? 'electron');
  if (!exists(program)) return { reason: 'absent' };
  if (!exists(join(folder, 'dist/main.cjs'))) return { reason: 'not-built' };
  if (platform === 'linux') {
    const display = [environment['DISPLAY'], environment['WAYLAND_DISPLAY']].some(Boolean);
    if (!display) return { reason: 'no-display' };
    // Electron's sandbox protects this computer from faulty pages. It does not start as root, and it is never turned
    // off.
    if (root) return { reason: 'root' };
  }
  return starts(program) ? { program } : { reason: 'broken' };
}

/** The facts about this computer. */
export const here: ElectronBinaryDependencies = {
  platform: process.platform,
  environment: process.env,
  root: process.getuid?.() === 0,
  exists: existsSync,
  starts: (program) => spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0,
};
