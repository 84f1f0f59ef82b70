import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** Returns the names of the layer rules that a project of these files breaks. */
function broken(files: Record<string, string>): string[] {
  const house = mkdtempSync(join(tmpdir(), 'rediacc-house-'));
  folders.push(house);
  for (const file of ['.dependency-cruiser.cjs', 'tsconfig.base.json'])
    copyFileSync(join(root, file), join(house, file));
  symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(house, path)), { recursive: true });
    writeFileSync(join(house, path), text);
  }
  const layers = [...new Set(Object.keys(files).map((path) => path.split('/')[0] ?? ''))];
  const words = ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...layers];
  const { stdout } = spawnSync(join(root, 'node_modules/.bin/depcruise'), words, {
    cwd: house,
    encoding: 'utf8',
  });
  const report = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(report.summary.violations.map((violation) => violation.rule.name))].sort();
}

const good = { 'shared/model.ts': 'export const one = 1;\n' };

it('has nothing against a house in order', () => {
  expect(broken({ ...good, 'renet/main.ts': "export { one } from '../shared/model.ts';\n" })).toEqual([]);
});

it.each([
  ['shared reaches for the disk', 'shared/bad.ts', "import 'node:fs';", 'shared-is-pure'],
  ['shared knows another layer', 'shared/bad.ts', "import '../renet/main.ts';", 'shared-knows-nobody'],
  [
    'the agent knows the engine',
    'renet/bad.ts',
    "import '../electron/engine/engine.ts';",
    'renet-knows-shared',
  ],
  ['ssh knows the engine', 'electron/ssh/bad.ts', "import '../engine/engine.ts';", 'ssh-knows-shared'],
  [
    'the engine knows the command line',
    'electron/engine/bad.ts',
    "import '../../cli/main.ts';",
    'engine-knows-ssh-and-shared',
  ],
  ['rdc opens its own connections', 'cli/bad.ts', "import '../electron/ssh/session.ts';", 'cli-knows-engine'],
  [
    'the engine uses Electron',
    'electron/engine/bad.ts',
    "import 'electron';",
    'no-electron-outside-the-shell',
  ],
  [
    'the API knows the shell',
    'electron/api/bad.ts',
    "import '../shell/shell.ts';",
    'the-shell-is-the-outermost',
  ],
  ['somebody but ssh uses ssh2', 'cli/bad.ts', "import 'ssh2';", 'only-ssh-knows-ssh2'],
  [
    'a script makes installers of its own',
    'scripts/bad.ts',
    "import 'electron-builder';",
    'only-packaging-knows-forge',
  ],
  [
    'a volume knows the operation that uses it',
    'renet/volume/bad.ts',
    "import type { Plan } from '../operation/plan.ts';",
    'renet/volume-knows-what-stands-below',
  ],
  [
    'a step reaches up',
    'renet/operation/log/bad.ts',
    "import '../steps/perform.ts';",
    'renet/operation/log-knows-what-stands-below',
  ],
  [
    "a state's tone knows the screen that shows it",
    'renderer/status/bad.ts',
    "import '../machines/MachineRow.tsx';",
    'renderer/status-knows-what-stands-below',
  ],
  ['a room has no place', 'renet/attic/bad.ts', "import '../main.ts';", 'renet-names-its-rooms'],
])('objects when %s', (_, path, text, rule) => {
  const others = {
    'renet/operation/plan.ts': 'export interface Plan { readonly steps: number }\n',
    'renet/operation/steps/perform.ts': 'export const seven = 7;\n',
    'renet/main.ts': 'export const two = 2;\n',
    'electron/engine/engine.ts': 'export const three = 3;\n',
    'electron/shell/shell.ts': 'export const six = 6;\n',
    'electron/ssh/session.ts': 'export const four = 4;\n',
    'renderer/machines/MachineRow.tsx': 'export const eight = 8;\n',
    'cli/main.ts': 'export const five = 5;\n',
  };
  expect(broken({ ...good, ...others, [path]: `${text}\n` })).toContain(rule);
});
