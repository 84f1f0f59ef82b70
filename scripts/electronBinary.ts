import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Why the app opens in a browser; each has its words under `host.reasons` in text/. */
type NoElectron = 'absent' | 'no-display' | 'root' | 'broken' | 'not-built';

/** What the choice between Electron and the browser goes by. */
export interface ElectronBinaryDependencies {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** True for root on a system that has one. */
  readonly root: boolean;
  readonly exists: (path: string) => boolean;
  /** Whether the program starts at all and says its version: libraries of the system may be missing. */
  readonly starts: (program: string) => boolean;
}

const BINARIES: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * Finds Electron's program for the checkout at `folder`, or why it cannot be used. Electron's own way to its path is
 * not asked, as that downloads what is missing.
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
    // Its sandbox is what keeps a page's faults inside; it does not start as root, and nobody turns it off here.
    if (root) return { reason: 'root' };
  }
  return starts(program) ? { program } : { reason: 'broken' };
}

/** This computer. */
export const here: ElectronBinaryDependencies = {
  platform: process.platform,
  environment: process.env,
  root: process.getuid?.() === 0,
  exists: existsSync,
  starts: (program) => spawnSync(program, ['--version'], { stdio: 'ignore', timeout: 20_000 }).status === 0,
};
