// On true files: operations run as on a machine; a folder stands for the volume, flags for cryptsetup and the daemon.

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, watch, writeFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
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
import { EVENTS_FILE } from './log/events.ts';
import { logFolder } from './log/operationLog.ts';
import { autostartKeyFile, metadataFile, partialFile, repositoriesFolder, volumeFile } from '../paths.ts';
import { findRepository, listRepositories } from '../repository/repositories.ts';
import { reserve } from '../repository/reserve.ts';
import { undo } from './undo.ts';
import { validateVolumeFile } from '../validate/volume.ts';

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).reverse()) cleanUp();
});

function repositoryIn(
  parent?: string,
  files: Record<string, string> = { Rediaccfile: 'up() { :; }' },
): NativeRepository {
  const made = makeRepository(files, parent);
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
async function create(
  { agent, machine }: NativeRepository,
  name: string,
  operation = randomUUID(),
): Promise<Verdict | undefined> {
  const options = { size: SMALLEST_VOLUME };
  const secret = Buffer.from('secret');
  await start(agent, { operation, verb: 'create', repository: name, options, secret, by: 'test' });
  return awaitVerdict(machine.paths, logFolder(machine.paths, operation), new AbortController().signal);
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

  it('of a deletion takes the autostart key along', async () => {
    const repository = repositoryIn();
    const { paths } = repository.machine;
    await repository.run('autostart-enable');
    const keys = dirname(autostartKeyFile(paths, repository.guid));
    const dead = leave(repository, 'old');
    for (const ending of ['', '.partial']) writeFileSync(`${autostartKeyFile(paths, dead)}${ending}`, 'key');
    expect((await create(repository, 'fresh'))?.kind).toBe('succeeded');
    expect(readdirSync(keys)).toEqual([`${repository.guid}.key`]);
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

  /** Leaves what a deletion leaves that was cut after its rename, beside the repository that was then put back. */
  function restoredBeside({ machine, guid }: NativeRepository): string {
    const stale = partialFile(machine.paths, guid);
    writeFileSync(stale, 'stale');
    writeFileSync(volumeFile(machine.paths, guid), 'restored');
    return stale;
  }

  it('of a deletion does not take a repository along that was put back beside it', async () => {
    const repository = repositoryIn(undefined, {});
    const { machine, guid } = repository;
    const { paths } = machine;
    const stale = restoredBeside(repository);
    const operation = randomUUID();
    expect((await create(repository, 'fresh', operation))?.kind).toBe('succeeded');
    expect(
      [volumeFile(paths, guid), metadataFile(paths, guid), stale].map((file) => existsSync(file)),
    ).toEqual([...[true, true, true]]);
    expect(readFileSync(volumeFile(paths, guid), 'utf8')).toBe('restored');
    // It was mounted, and its mount and mapper are not the stale volume's.
    expect(repository.flags.mounted).toBe(true);
    const events = readFileSync(join(logFolder(paths, operation), EVENTS_FILE), 'utf8');
    expect(events).toContain(`"code":"unfinished-kept"`);
    expect(events).toContain(stale);
    expect((await listRepositories(paths)).map(({ kind }) => kind)).toEqual(['repository', 'repository']);
    expect(await validateVolumeFile(machine, await findRepository(paths, guid, 'here'))).toContainEqual(
      expect.objectContaining({
        severity: 'warning',
        code: 'stale-unfinished',
        details: { name: 'shop', file: stale },
      }),
    );
  });

  it('is removed with the repository that stands beside it, once that is deleted', async () => {
    const repository = repositoryIn(undefined, {});
    repository.flags.mounted = false;
    restoredBeside(repository);
    expect((await repository.run('delete')).verdict?.kind).toBe('succeeded');
    expect(readdirSync(repositoriesFolder(repository.machine.paths))).toEqual([]);
  });

  it('never takes the place of a finished volume, and taking it back leaves that one alone', async () => {
    const repository = repositoryIn();
    const { machine, guid } = repository;
    restoredBeside(repository);
    const shop = await findRepository(machine.paths, guid, 'here');
    await expect(machine.volumes.commit(shop)).rejects.toMatchObject({
      code: 'stale-unfinished',
      exitCode: 9,
    });
    await undo('create', [], { machine, repository: shop, hostname: 'here', notice: () => undefined });
    expect(readFileSync(volumeFile(machine.paths, guid), 'utf8')).toBe('restored');
    expect(existsSync(metadataFile(machine.paths, guid))).toBe(true);
  });

  it.each(['', '.json'])('is not begun under the GUID of a damaged repository: {guid}%s', async (suffix) => {
    const repository = repositoryIn();
    const { paths } = repository.machine;
    const guid = randomUUID();
    const file = `${volumeFile(paths, guid)}${suffix}`;
    writeFileSync(file, 'all that is left');
    const fresh = { guid, name: 'fresh', created: '2026-01-01T00:00:00.000Z' };
    await expect(reserve(paths, fresh)).rejects.toMatchObject({ code: 'name-taken' });
    expect([readFileSync(file, 'utf8'), existsSync(partialFile(paths, guid))]).toEqual([
      ...['all that is left', false],
    ]);
  });
});
