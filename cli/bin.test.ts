import { spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

let folder: string;
let bin: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-bin-'));
  bin = join(folder, 'cli', 'bin.mjs');
  await mkdir(join(folder, 'cli'));
  await copyFile(join(import.meta.dirname, 'bin.mjs'), bin);
});
afterEach(() => rm(folder, { recursive: true }));

const run = () => spawnSync(process.execPath, [bin, 'context', 'list'], { encoding: 'utf8' });

test('before the build it says what to do', () => {
  expect(run()).toMatchObject({
    status: 1,
    stdout: '',
    stderr: expect.stringContaining('npm run build') as string,
  });
});

test('after the build it is the built program, with its arguments', async () => {
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'dist', 'rdc.mjs'), 'console.log(process.argv.slice(2).join(" "));');
  expect(run()).toMatchObject({ status: 0, stdout: 'context list\n', stderr: '' });
});
