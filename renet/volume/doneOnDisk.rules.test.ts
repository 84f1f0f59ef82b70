// On a true ext4 in a loop device: what a power cut leaves of it is read from a copy of the file below. Only root can.

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { canLoop, makeLoopVolume } from '../../tests/support/loopVolume.ts';
import type { LoopVolume } from '../../tests/support/loopVolume.ts';
import { daemonData } from '../docker/daemonConfig.ts';
import { runCommand } from '../host.ts';
import { leaveParent } from '../operation/steps/forkSteps.ts';
import { metadataFile } from '../paths.ts';
import { writeMetadata } from '../repository/repositories.ts';

let made: LoopVolume[] = [];
afterEach(() => {
  for (const volume of made) volume.remove();
  made = [];
});
async function volume(): Promise<LoopVolume> {
  const one = await makeLoopVolume();
  made.push(one);
  return one;
}

const skipped = canLoop ? '' : ' (SKIPPED: needs root, loop devices and ext4)';

describe.skipIf(!canLoop)(`what is done is on disk, in a true ext4${skipped}`, () => {
  it('a created repository has its owner and its private folder after a power cut', async () => {
    const { volumes, repository, afterPowerCut } = await volume();
    await volumes.handOver(repository, { uid: 1234, gid: 1235 });
    await volumes.commit(repository);
    const left = afterPowerCut();
    const { uid, gid, mode } = statSync(left);
    expect([uid, gid, (mode & 0o7777).toString(8)]).toEqual([1234, 1235, '750']);
    const folder = statSync(join(left, '.rediacc'));
    expect([folder.uid, (folder.mode & 0o7777).toString(8)]).toEqual([0, '700']);
  });

  it('a fork whose metadata say no more that it inherits has no container of its parent after a power cut', async () => {
    const { volumes, repository, paths, root, afterPowerCut } = await volume();
    const { guid } = repository;
    await volumes.handOver(repository, { uid: 0, gid: 0 });
    const container = join(daemonData(paths, guid).docker, 'containers/abc/config.v2.json');
    mkdirSync(dirname(container), { recursive: true });
    writeFileSync(container, '{}');
    await volumes.commit(repository);
    // The containers of the parent are on disk, as in every copy.
    execFileSync('sync', ['-f', root]);
    const metadata = { ...repository, created: '2026-01-01T00:00:00.000Z' };
    const parent = { guid: '11111111-1111-4111-8111-111111111111', name: 'shop' };
    await writeMetadata(paths, { ...metadata, inherits: parent });
    // Other files of the volume are written meanwhile, as they always are.
    writeFileSync(join(daemonData(paths, guid).docker, 'other'), 'x'.repeat(100_000));
    const machine = { paths, volumes };
    await leaveParent({ machine, run: runCommand, repository: metadata, hostname: 'here' });
    expect(readFileSync(metadataFile(paths, guid), 'utf8')).not.toContain('inherits');
    expect(() => statSync(join(afterPowerCut(), '.rediacc/docker/data/containers/abc'))).toThrow('ENOENT');
  });
});
