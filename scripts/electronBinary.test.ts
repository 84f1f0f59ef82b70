import { expect, it } from 'vitest';
import { findElectron } from './electronBinary.ts';
import type { ElectronBinaryDependencies } from './electronBinary.ts';

const onDesktop: ElectronBinaryDependencies = {
  platform: 'linux',
  environment: { WAYLAND_DISPLAY: 'wayland-0' },
  root: false,
  exists: () => true,
  starts: () => true,
};
const find = (change: Partial<ElectronBinaryDependencies>) =>
  findElectron('/app', { ...onDesktop, ...change });

it.each<[string, Partial<ElectronBinaryDependencies>, string]>([
  ['Linux', {}, '/app/node_modules/electron/dist/electron'],
  [
    'an Electron elsewhere',
    { environment: { ELECTRON_OVERRIDE_DIST_PATH: '/e', DISPLAY: ':0' } },
    '/e/electron',
  ],
  [
    'macOS, which always has a display',
    { platform: 'darwin', environment: {} },
    '/app/node_modules/electron/dist/Electron.app/Contents/MacOS/Electron',
  ],
  ['Windows', { platform: 'win32', environment: {} }, '/app/node_modules/electron/dist/electron.exe'],
])('is found on %s', (_name, change, program) => {
  expect(find(change)).toEqual({ program });
});

it.each<[string, Partial<ElectronBinaryDependencies>]>([
  ['absent', { exists: () => false }],
  ['not-built', { exists: (path) => !path.endsWith('main.cjs') }],
  ['no-display', { environment: {} }],
  ['root', { root: true }],
  ['broken', { starts: () => false }],
])('says why not: %s', (reason, change) => {
  expect(find(change)).toEqual({ reason });
});
