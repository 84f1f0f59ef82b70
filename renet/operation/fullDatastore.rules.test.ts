// On true bash: functions run on pseudo-terminals in true control groups, on a small disk that is full.

import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { makeSmallDisk } from '../../tests/support/smallDisk.ts';
import type { SmallDisk } from '../../tests/support/smallDisk.ts';
import { listRepositories } from '../repository/repositories.ts';
import { listOperations } from './knownOperations.ts';

let disk: SmallDisk | undefined;
let repository: NativeRepository | undefined;
afterEach(() => {
  disk?.remount('rw');
  repository?.remove();
  disk?.remove();
});

/** Makes a repository with services on a datastore without a byte left. */
function onFullDisk(): NativeRepository {
  disk = makeSmallDisk('8m');
  const files = { Rediaccfile: 'up() { echo starting; }\ndown() { echo closing; }' };
  repository = makeRepository(files, disk.folder);
  repository.flags.daemon = true;
  disk.fill();
  return repository;
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`a full datastore, natively${skipped}`, () => {
  it('keeps nobody from closing a repository and deleting it, with their logs', async () => {
    const full = onFullDisk();
    const { verdict, output } = await full.run('down', { unmount: true });
    expect([verdict?.kind, output, full.flags.mounted]).toEqual(['succeeded', 'closing\r\n', false]);
    // On a machine the mount point of a closed volume is empty, so the test empties the folder.
    for (const entry of readdirSync(full.root)) rmSync(join(full.root, entry), { recursive: true });
    expect((await full.run('delete')).verdict?.kind).toBe('succeeded');
    const { paths } = full.machine;
    expect(await listRepositories(paths)).toEqual([]);
    const listed = await listOperations(paths, {});
    expect(listed.map(({ verb, state }) => `${verb} ${state}`).sort()).toEqual([
      ...['delete succeeded', 'down succeeded'],
    ]);
  });

  it('that can only be read keeps nobody from closing a repository, with its log, and says why it takes no change', async () => {
    const readOnly = onFullDisk();
    disk?.remount('ro');
    const { paths } = readOnly.machine;
    expect(await listOperations(paths, {})).toEqual([]);
    const { verdict, output } = await readOnly.run('down', { unmount: true });
    expect([verdict?.kind, output, readOnly.flags.mounted]).toEqual(['succeeded', 'closing\r\n', false]);
    const renamed = await readOnly.run('rename', { newName: 'store' });
    expect(renamed.verdict).toMatchObject({ kind: 'failed', error: { code: 'disk-read-only' } });
    expect((await listOperations(paths, {})).map(({ verb, state }) => `${verb} ${state}`)).toEqual([
      ...['rename failed', 'down succeeded'],
    ]);
  });

  it('says so of a verb that has to write there', async () => {
    const { verdict } = await onFullDisk().run('rename', { newName: 'store' });
    expect(verdict).toMatchObject({ kind: 'failed', error: { code: 'disk-full' } });
  });
});
