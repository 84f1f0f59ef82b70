import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
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

/** How a program says where its switches are; then come the version of the switches, their number, and each of them. */
const SWITCHES = Buffer.concat([Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'), Buffer.from([1, 9])]);

it.each([
  ['linux', 'electron', 'resources/app'],
  ['win32', 'electron.exe', 'resources/app'],
  ['darwin', 'MacOS/Electron', 'Resources/app'],
] as const)(
  'sets the switches of the program for %s before it is signed',
  async (platform, name, resources) => {
    const folder = mkdtempSync(join(tmpdir(), 'rediacc-fuses-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const [program, buildPath] = [join(folder, name), join(folder, resources)];
    mkdirSync(join(program, '..'), { recursive: true });
    mkdirSync(buildPath, { recursive: true });
    // Every switch as Electron delivers it that would be dangerous, and one that this version of forge does not know.
    writeFileSync(
      program,
      Buffer.concat([Buffer.from('before'), SWITCHES, Buffer.from('111100011'), Buffer.from('after')]),
    );
    await config.hooks?.packageAfterCopy?.({} as never, buildPath, '45.0.0', platform, 'x64');
    const wire = await getCurrentFuseWire(program);
    const names = Object.keys(FuseV1Options).filter((name) => !/^\d/.test(name));
    // A switch is a character of the program: 0 or 1.
    const isOn = (option: number): boolean =>
      Object.entries(wire).some(([at, state]) => at === String(option) && String(state) === '49');
    expect(Object.fromEntries(names.map((name, option) => [name, isOn(option)]))).toEqual({
      RunAsNode: false,
      EnableCookieEncryption: false,
      EnableNodeOptionsEnvironmentVariable: false,
      EnableNodeCliInspectArguments: false,
      EnableEmbeddedAsarIntegrityValidation: true,
      OnlyLoadAppFromAsar: true,
      LoadBrowserProcessSpecificV8Snapshot: false,
      GrantFileProtocolExtraPrivileges: false,
    });
  },
);

it('is not packaged with a program whose switches cannot be set', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-fuses-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'electron'), 'a program without switches');
  const buildPath = join(folder, 'resources/app');
  await expect(
    config.hooks?.packageAfterCopy?.({} as never, buildPath, '45.0.0', 'linux', 'x64'),
  ).rejects.toThrow('sentinel');
});
