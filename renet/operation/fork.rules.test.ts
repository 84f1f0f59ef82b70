// On true files: operations run as on a machine; a folder stands for the volume, flags for cryptsetup and the daemon.

import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { Verdict } from '../../shared/model.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { OptionsOf, Verb } from '../../shared/verbs.ts';
import { cgroupRoot, makeRepository, requestOf } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { start } from '../serve/handlers.ts';
import { daemonData } from '../docker/daemonConfig.ts';
import { awaitVerdict } from './log/logReader.ts';
import { cancelOperation } from './knownOperations.ts';
import { metadataFile, mountPath, operationFolder, repositoriesFolder, volumeFile } from '../paths.ts';
import { makePlan } from './plan.ts';
import { findRepository } from '../repository/repositories.ts';

const repositories: NativeRepository[] = [];
/** Makes a closed repository "shop" whose volume has bytes, and zeros after them. */
function repositoryWith(files: Record<string, string> = {}): NativeRepository {
  const made = makeRepository({ Rediaccfile: 'up() { :; }\n', ...files });
  repositories.push(made);
  made.flags.mounted = false;
  writeFileSync(
    volumeFile(made.machine.paths, made.guid),
    Buffer.concat([bytes, Buffer.alloc(8 * 1024 ** 2)]),
  );
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

const bytes = randomBytes(5 * 1024 ** 2 + 512);

/** Starts a verb as the engine does, and waits for its verdict. */
async function run<Name extends Verb>(
  { agent, machine }: NativeRepository,
  verb: Name,
  repository: string,
  options?: OptionsOf<Name>,
  operation = randomUUID(),
): Promise<Verdict | undefined> {
  const secret = Buffer.from('secret');
  await start(agent, { ...requestOf(verb, repository, options), operation, secret, by: 'test' });
  const { signal } = new AbortController();
  return awaitVerdict(machine.paths, operationFolder(machine.paths, operation), signal);
}

const fork = (repository: NativeRepository, tag = 'copy', parent = 'shop'): Promise<Verdict | undefined> =>
  run(repository, 'fork', parent, { tag });
const find = ({ machine }: NativeRepository, name: string): Promise<RepositoryMetadata> =>
  findRepository(machine.paths, name, 'here');
const stored = ({ machine }: NativeRepository): string[] =>
  readdirSync(repositoriesFolder(machine.paths)).sort();

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`forks, natively${skipped}`, () => {
  it.each(['before', 'while'])(
    'leaves no copy of a parent that somebody opened by hand %s it was copied',
    async (when) => {
      const repository = repositoryWith();
      const { volumes } = repository.machine;
      const before = stored(repository);
      const opened = new AppError('volume-open-elsewhere', { name: 'shop', device: '/dev/dm-3' });
      const asked = vi.spyOn(volumes, 'refuseInUse');
      if (when === 'while') asked.mockResolvedValueOnce();
      asked.mockRejectedValueOnce(opened);
      const verdict = await fork(repository);
      expect(verdict).toMatchObject({
        kind: 'failed',
        failures: [{ error: { code: 'volume-open-elsewhere' } }],
      });
      expect(stored(repository).filter((name) => !before.includes(name))).toEqual([]);
    },
  );

  it('leaves no copy of a parent that was written to while it was copied', async () => {
    const repository = repositoryWith();
    const { forks, paths } = repository.machine;
    const before = stored(repository);
    const copy = forks.copy.bind(forks);
    vi.spyOn(forks, 'copy').mockImplementation(async (...of) => {
      const copied = await copy(...of);
      utimesSync(volumeFile(paths, repository.guid), 1, 1);
      return copied;
    });
    expect(await fork(repository)).toMatchObject({
      kind: 'failed',
      failures: [{ error: { code: 'fork-needs-closed' } }],
    });
    expect(stored(repository).filter((name) => !before.includes(name))).toEqual([]);
  });

  it('copies a closed repository to one of its own name, GUID and addresses', async () => {
    const repository = repositoryWith();
    const { paths } = repository.machine;
    await run(repository, 'autostart-enable', 'shop', {});
    expect((await fork(repository))?.kind).toBe('succeeded');
    const [parent, copy] = [await find(repository, 'shop'), await find(repository, 'copy')];
    const { guid, created } = copy;
    expect(copy).toEqual({
      ...{ name: 'copy', guid, created, networkId: parent.networkId + 64, parent: parent.guid },
      inherits: { guid: parent.guid, name: 'shop' },
    });
    expect(guid).not.toBe(parent.guid);
    expect(readFileSync(volumeFile(paths, guid)).equals(readFileSync(volumeFile(paths, parent.guid)))).toBe(
      true,
    );
    // The parent starts at boot by a key; the fork has neither a key file nor a slot for one.
    expect([parent.autostart === undefined, [...repository.flags.slots.keys()]]).toEqual([false, ['0']]);
    expect(stored(repository)).toHaveLength(4);
  });

  it('refuses one that is open where blocks cannot be shared, and leaves nothing', async () => {
    const repository = repositoryWith();
    repository.flags.mounted = true;
    const before = stored(repository);
    await expect(fork(repository)).rejects.toMatchObject({ code: 'fork-needs-closed', exitCode: 9 });
    expect(stored(repository)).toEqual(before);
  });

  it('refuses a name that is taken or cannot be one, and a parent that is not there', async () => {
    const repository = repositoryWith();
    await expect(fork(repository, 'shop')).rejects.toMatchObject({ code: 'name-taken' });
    await expect(fork(repository, 'Not A Name')).rejects.toMatchObject({ code: 'bad-name' });
    await expect(fork(repository, 'copy', 'nobody')).rejects.toMatchObject({ code: 'repository-not-found' });
  });

  it('leaves nothing when it is cancelled in the middle', async () => {
    const repository = repositoryWith();
    const { paths, forks } = repository.machine;
    const operation = randomUUID();
    repository.machine.forks = {
      ...forks,
      copy: async (which, tell, signal) => {
        await cancelOperation(paths, operation);
        return forks.copy(which, tell, signal);
      },
    };
    const before = stored(repository);
    const verdict = await run(repository, 'fork', 'shop', { tag: 'copy' }, operation);
    expect([verdict?.kind, verdict?.failures, verdict?.notRun.map(({ kind }) => kind)]).toEqual([
      ...['cancelled', []],
      ['renew', 'commit'],
    ]);
    expect(stored(repository)).toEqual(before);
  });

  it('leaves nothing when it fails: a copy that nobody could open', async () => {
    const repository = repositoryWith();
    await run(repository, 'autostart-enable', 'shop', {});
    repository.flags.slots.delete('0');
    const before = stored(repository);
    expect((await fork(repository))?.error?.code).toBe('autostart-slot-needed');
    expect([stored(repository), [...repository.flags.slots.keys()]]).toEqual([before, ['1']]);
  });

  it('keeps the passphrases that were added by hand, in slot 1 too', async () => {
    const repository = repositoryWith();
    repository.flags.slots.set('1', Buffer.from('another'));
    expect((await fork(repository))?.kind).toBe('succeeded');
    expect([...repository.flags.slots.keys()]).toEqual(['0', '1']);
  });

  it('removes what a killed fork left, before the next one', async () => {
    const repository = repositoryWith();
    const { paths } = repository.machine;
    const dead = randomUUID();
    const half = { name: 'copy', guid: dead, networkId: 2880, created: '2026-01-01T00:00:00.000Z' };
    writeFileSync(metadataFile(paths, dead), JSON.stringify(half));
    writeFileSync(`${volumeFile(paths, dead)}.partial`, 'half');
    expect((await fork(repository))?.kind).toBe('succeeded');
    expect(stored(repository).filter((name) => name.startsWith(dead))).toEqual([]);
  });

  it('shows in the plan that the parent’s containers go, until they are gone', async () => {
    const repository = repositoryWith();
    await fork(repository);
    await fork(repository, 'second', 'copy');
    const { guid } = await find(repository, 'copy');
    const { machine } = repository;
    // The first fork was never mounted, so its own fork has the daemon data of the first parent.
    expect((await find(repository, 'second')).inherits).toEqual({ guid: repository.guid, name: 'shop' });
    const kinds = async (verb: 'up' | 'mount', options: OptionsOf<'up'> = {}): Promise<string[]> => {
      const { plan } = await makePlan(machine, requestOf(verb, 'copy', options));
      return plan.steps.map(({ kind }) => kind);
    };
    expect(await kinds('up', { mount: true })).toEqual([
      ...['open', 'mount', 'forget-parent', 'discover', 'daemon-start'],
    ]);
    const container = join(daemonData(machine.paths, guid).docker, 'containers/abc/config.v2.json');
    mkdirSync(dirname(container), { recursive: true });
    writeFileSync(container, '{}');
    expect((await run(repository, 'mount', 'copy'))?.kind).toBe('succeeded');
    expect([existsSync(dirname(container)), (await find(repository, 'copy')).inherits]).toEqual([
      ...[false, undefined],
    ]);
    expect(existsSync(mountPath(machine.paths, guid))).toBe(true);
    repository.flags.mounted = false;
    expect(await kinds('mount')).toEqual(['open', 'mount']);
  });
});
