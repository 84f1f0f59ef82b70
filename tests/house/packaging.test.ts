import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import config from '../../forge.config.ts';

interface Lock {
  readonly packages: Readonly<Record<string, LockedPackage>>;
}
interface LockedPackage {
  readonly hasInstallScript?: boolean;
  readonly resolved?: string;
  readonly integrity?: string;
}

const { packages } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8'),
) as Lock;

// ssh2 and cpu-features compile parts that they can do without, esbuild checks its own program, electron-winstaller
// copies a file of its own. Read the script of any other package before it is added here: none may download a program,
// as Electron's once did.
it('installs without scripts but those that bring no program', () => {
  const scripted = Object.entries(packages).filter(([, { hasInstallScript }]) => hasInstallScript);
  expect(scripted.map(([path]) => path.replace(/^.*node_modules\//, '')).sort()).toEqual([
    'cpu-features',
    'electron-winstaller',
    'esbuild',
    'ssh2',
  ]);
});

it('installs from the registry alone, each package as it was when it was locked', () => {
  const libraries = Object.entries(packages).filter(([path]) => path !== '');
  expect(libraries.filter(([, { integrity }]) => !integrity)).toEqual([]);
  expect(libraries.filter(([, { resolved = '' }]) => resolved.startsWith('git'))).toEqual([]);
});

it.each([
  ['', true],
  ['/package.json', true],
  ['/dist', true],
  ['/dist/main.cjs', true],
  ['/dist/renderer', true],
  ['/dist/renderer/assets/index.js', true],
  ['/dist/rdc.mjs', false],
  ['/dist/host.mjs', false],
  ['/dist/main.cjs.map', false],
  ['/package-lock.json', false],
  ['/node_modules', false],
  ['/electron', false],
  ['/electron/main.ts', false],
  ['/forge.config.ts', false],
])('packages %j: %j', (path, isTaken) => {
  const { ignore } = config.packagerConfig ?? {};
  if (typeof ignore !== 'function') throw new Error('The package is chosen by a function');
  expect(ignore(path)).toBe(!isTaken);
});
