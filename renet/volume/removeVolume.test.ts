import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { metadataFile, mountPath, mountsFolder, nameLink, repositoriesFolder, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { removeVolume } from './removeVolume.ts';

const guid = '0e6b1a52-0000-4000-8000-000000000000';
let paths: Paths;
beforeEach(() => {
  paths = { datastore: mkdtempSync(join(tmpdir(), 'rediacc-remove-')), run: '/nowhere' };
  mkdirSync(repositoriesFolder(paths));
  mkdirSync(mountPath(paths, guid), { recursive: true });
  symlinkSync(guid, nameLink(paths, 'shop'));
  writeFileSync(volumeFile(paths, guid), '');
  writeFileSync(metadataFile(paths, guid), '{}');
});
afterEach(() => rmSync(paths.datastore, { recursive: true }));

it('leaves no repository whose mount point can be written to, wherever a deletion is interrupted', async () => {
  const whole: boolean[] = [];
  await removeVolume(
    paths,
    ([program]) => {
      // From here on the empty mount point is not immutable any more.
      if (program === 'chattr') whole.push(existsSync(volumeFile(paths, guid)));
      return Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
    },
    guid,
  );
  expect(whole).toEqual([false]);
  expect([readdirSync(repositoriesFolder(paths)), readdirSync(mountsFolder(paths))]).toEqual([[], []]);
});
