// On true files: operations run as on a machine; a folder stands for the volume, flags for cryptsetup and the daemon.

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, watch, writeFileSync } from 'node:fs';
import { extname } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Verdict } from '../../shared/model.ts';
import { SMALLEST_VOLUME } from '../../shared/size.ts';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { makeSmallDisk } from '../../tests/support/smallDisk.ts';
import { diskSpace } from '../host.ts';
import { start } from '../serve/handlers.ts';
import { makePlan } from './plan.ts';
import { awaitVerdict } from './log/logReader.ts';
import { logFolder } from './log/operationLog.ts';
import { metadataFile, partialFile, repositoriesFolder } from '../paths.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

function repositoryIn(parent?: string): NativeRepository {
  const made = makeRepository({ Rediaccfile: 'up() { :; }' }, parent);
  cleanUps.push(() => made.remove());
  return made;
}

/** Leaves what a killed create leaves: metadata with a name, and a part of a volume. Returns the GUID. */
function leave({ machine }: NativeRepository, name: string, bytes = 1): string {
  const guid = randomUUID();
  const metadata = { name, guid, networkId: 2880, created: '2026-01-01T00:00:00.000Z' };
  writeFileSync(metadataFile(machine.paths, guid), JSON.stringify(metadata));
  execFileSync('fallocate', ['-l', String(bytes), partialFile(machine.paths, guid)]);
  return guid;
}

/** Creates a repository as the engine does, and waits for the verdict. */
async function create({ agent, machine }: NativeRepository, name: string): Promise<Verdict | undefined> {
  const operation = randomUUID();
  const options = { size: SMALLEST_VOLUME };
  const secret = Buffer.from('secret').toString('base64');
  await start(agent, { operation, verb: 'create', repository: name, options, secret, by: 'test' });
  return awaitVerdict(logFolder(machine.paths, operation), new AbortController().signal);
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`unfinished work, natively${skipped}`, () => {
  it('does not keep its space from the create that is tried again', async () => {
    const disk = makeSmallDisk('112m');
    cleanUps.push(disk.remove);
    const repository = repositoryIn(disk.folder);
    repository.flags.mounted = false;
    const dead = leave(repository, 'fresh', SMALLEST_VOLUME);
    expect(await create(repository, 'fresh')).toMatchObject({ kind: 'succeeded' });
    expect(existsSync(partialFile(repository.machine.paths, dead))).toBe(false);
  });

  it('a new volume leaves room for logs and metadata: 32 MiB, and not a byte less', async () => {
    const disk = makeSmallDisk('256m');
    cleanUps.push(disk.remove);
    const repository = repositoryIn(disk.folder);
    const { available } = await diskSpace(repository.machine.paths.datastore);
    const kept = 32 * 1024 ** 2;
    const plan = (size: number): Promise<unknown> =>
      makePlan(repository.machine, { verb: 'create', repository: 'fresh', options: { size } });
    await expect(plan(available - kept + 1)).rejects.toMatchObject({
      code: 'disk-too-small',
      details: { available: available - kept },
    });
    await expect(plan(available - kept)).resolves.toBeDefined();
  });

  it('does not keep its name from a rename', async () => {
    const repository = repositoryIn();
    const dead = leave(repository, 'store');
    const { verdict } = await repository.run('rename', { newName: 'store' });
    expect([verdict?.kind, existsSync(metadataFile(repository.machine.paths, dead))]).toEqual([
      ...['succeeded', false],
    ]);
  });

  it('is never taken for a damaged repository: its volume stands before its metadata', async () => {
    const repository = repositoryIn();
    repository.flags.mounted = false;
    const folder = repositoriesFolder(repository.machine.paths);
    const made: string[] = [];
    const watcher = watch(folder, (_, name) => {
      if (name?.startsWith(repository.guid) === false) made.push(extname(name));
    });
    expect((await create(repository, 'fresh'))?.kind).toBe('succeeded');
    await expect.poll(() => made).toContain('.json');
    watcher.close();
    expect(made.find((extension) => ['.json', '.partial'].includes(extension))).toBe('.partial');
  });
});
