import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RunCommand } from '../host.ts';
import {
  metadataFile,
  mountPath,
  mountsFolder,
  nameLink,
  partialFile,
  repositoriesFolder,
  volumeFile,
} from '../paths.ts';
import type { Paths } from '../paths.ts';
import { removeVolume } from './removeVolume.ts';

const guid = '0e6b1a52-0000-4000-8000-000000000000';
const repository = { guid, name: 'shop' };
let paths: Paths;
let blockDevices: string;
beforeEach(() => {
  paths = { datastore: mkdtempSync(join(tmpdir(), 'rediacc-remove-')), run: '/nowhere' };
  blockDevices = join(paths.datastore, 'block');
  mkdirSync(repositoriesFolder(paths));
  mkdirSync(mountPath(paths, guid), { recursive: true });
  symlinkSync(guid, nameLink(paths, 'shop'));
  writeFileSync(volumeFile(paths, guid), '');
  writeFileSync(metadataFile(paths, guid), '{}');
});
afterEach(() => rmSync(paths.datastore, { recursive: true }));

const nothing: RunCommand = () => Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
const left = (): string[][] => [
  readdirSync(repositoriesFolder(paths)).sort(),
  readdirSync(mountsFolder(paths)).sort(),
];

/** Has the kernel show the file of a volume under a device that somebody opened by hand. */
function openByHand(file: string): void {
  mkdirSync(join(blockDevices, 'loop7/loop'), { recursive: true });
  writeFileSync(join(blockDevices, 'loop7/loop/backing_file'), `${file}\n`);
  mkdirSync(join(blockDevices, 'loop7/holders/dm-3'), { recursive: true });
}

it('leaves no repository whose mount point can be written to, wherever a deletion is interrupted', async () => {
  const whole: boolean[] = [];
  await removeVolume(
    paths,
    ([program]) => {
      // From here on the empty mount point is not immutable any more.
      if (program === 'chattr') whole.push(existsSync(volumeFile(paths, guid)));
      return Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
    },
    repository,
    blockDevices,
  );
  expect(whole).toEqual([false]);
  expect(left()).toEqual([[], []]);
});

it.each([
  ['before', volumeFile],
  // By its name nobody opens it any more: who had the file already shows it under its new name.
  ['while it begins', partialFile],
])('is refused when somebody opened the volume by hand %s', async (_, file) => {
  const before = left();
  openByHand(file(paths, guid));
  await expect(removeVolume(paths, nothing, repository, blockDevices)).rejects.toMatchObject({
    code: 'volume-open-elsewhere',
    details: { name: 'shop', device: '/dev/dm-3' },
  });
  expect(left()).toEqual(before);
});

it('leaves what is unfinished beside the volume, too, when it is refused', async () => {
  writeFileSync(volumeFile(paths, guid), 'restored');
  writeFileSync(partialFile(paths, guid), 'stale');
  writeFileSync(join(mountPath(paths, guid), 'somebody'), '');
  await expect(removeVolume(paths, nothing, repository, blockDevices)).rejects.toThrow('ENOTEMPTY');
  const files = [volumeFile(paths, guid), partialFile(paths, guid)];
  expect(files.map((file) => readFileSync(file, 'utf8'))).toEqual(['restored', 'stale']);
  rmSync(join(mountPath(paths, guid), 'somebody'));
  await removeVolume(paths, nothing, repository, blockDevices);
  expect(left()).toEqual([[], []]);
});

it('does not finish an unfinished volume that it did not rename, when it is refused', async () => {
  renameSync(volumeFile(paths, guid), partialFile(paths, guid));
  const before = left();
  openByHand(partialFile(paths, guid));
  await expect(removeVolume(paths, nothing, repository, blockDevices)).rejects.toMatchObject({
    code: 'volume-open-elsewhere',
  });
  expect(left()).toEqual(before);
});
