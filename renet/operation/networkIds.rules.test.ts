// On true files: a volume whose network id another repository of the machine has.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { reachProperties } from '../../shared/network/reach.ts';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { runCommand } from '../host.ts';
import { listStates } from '../observe/inventory.ts';
import { metadataFile, networkIdsFile, repositoriesFolder, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { validateRepository } from '../validate/validate.ts';

const OTHER = '99999999-9999-4999-8999-999999999999';
const NEIGHBOUR = '88888888-8888-4888-8888-888888888888';

let repository: NativeRepository;
let folder: string;
beforeEach(() => {
  repository = makeRepository({ Rediaccfile: 'up() { echo started; }\n' });
  folder = mkdtempSync(join(tmpdir(), 'rediacc-other-'));
});
afterEach(() => {
  repository.remove();
  rmSync(folder, { recursive: true });
});

/** Puts a repository of the same network id into a datastore, as a person does who copies its files there. */
function copyIn(datastore: string, guid = OTHER, name = 'copy'): Paths {
  const paths = { ...repository.machine.paths, datastore };
  mkdirSync(repositoriesFolder(paths), { recursive: true });
  writeFileSync(volumeFile(paths, guid), '');
  const created = '2020-01-01T00:00:00.000Z';
  writeFileSync(metadataFile(paths, guid), JSON.stringify({ guid, name, networkId: 2816, created }));
  return paths;
}

/** Notes that another repository has the id, and the datastore that it lies in. */
function noteOther(datastore: string): void {
  const file = networkIdsFile(repository.machine.paths);
  mkdirSync(join(file, '..'), { recursive: true });
  const claims = [{ networkId: 2816, guid: OTHER, name: 'copy', datastore }];
  writeFileSync(file, JSON.stringify({ highest: 2944, datastores: [datastore], claims }));
}

const metadata = (): RepositoryMetadata =>
  JSON.parse(
    readFileSync(metadataFile(repository.machine.paths, repository.guid), 'utf8'),
  ) as RepositoryMetadata;

const taken = (datastore: string) => ({
  code: 'network-id-taken',
  details: { name: 'shop', networkId: 2816, other: 'copy', datastore },
});

describe.skipIf(cgroupRoot() === undefined)(
  `a network id that another repository has${cgroupRoot() === undefined ? ' (SKIPPED: needs root and cgroup v2)' : ''}`,
  () => {
    it.each(['mount', 'up'] as const)(
      'refuses %s, in the preview and in the run, in whatever datastore',
      async (verb) => {
        copyIn(folder);
        noteOther(folder);
        await expect(repository.plan(verb)).rejects.toMatchObject(taken(folder));
        await expect(repository.start(verb)).rejects.toMatchObject(taken(folder));
        expect(repository.flags.daemon).toBe(false);
      },
    );

    it('is the one’s that ran first: a copy that comes later stops nothing', async () => {
      expect((await repository.run('up')).verdict?.kind).toBe('succeeded');
      copyIn(repository.machine.paths.datastore);
      expect((await repository.run('up')).verdict?.kind).toBe('succeeded');
      expect((await repository.run('down', { unmount: true })).verdict?.kind).toBe('succeeded');
      expect((await repository.run('mount')).verdict?.kind).toBe('succeeded');
    });

    it('lets go of what runs with it', async () => {
      repository.flags.daemon = true;
      copyIn(folder);
      noteOther(folder);
      const { verdict } = await repository.run('down', { unmount: true });
      expect([verdict?.kind, repository.flags.mounted]).toEqual(['succeeded', false]);
    });

    it('is exchanged for one that nobody had, while it is closed', async () => {
      copyIn(folder);
      noteOther(folder);
      await expect(repository.start('renumber')).rejects.toMatchObject({ code: 'still-mounted' });
      repository.flags.mounted = false;
      const { verdict, events } = await repository.run('renumber');
      expect([verdict?.kind, metadata().networkId]).toEqual(['succeeded', 3008]);
      expect(events).toContainEqual(
        expect.objectContaining({
          type: 'notice',
          notice: { code: 'addresses-changed', details: { name: 'shop', from: 2816, to: 3008 } },
        }),
      );
      expect((await repository.run('mount')).verdict?.kind).toBe('succeeded');
    });

    it('is exchanged by a second try when a neighbour could not follow the first one', async () => {
      const { paths, daemons } = repository.machine;
      copyIn(folder);
      noteOther(folder);
      const neighbour = { guid: NEIGHBOUR, name: 'db', networkId: 2880, created: '2026-01-02T00:00:00.000Z' };
      writeFileSync(volumeFile(paths, NEIGHBOUR), '');
      writeFileSync(
        metadataFile(paths, NEIGHBOUR),
        JSON.stringify({ ...neighbour, allows: [repository.guid] }),
      );
      repository.flags.mounted = false;
      const busy = new AppError('command-failed', { command: 'systemctl', exitCode: 1, output: 'busy' });
      vi.spyOn(daemons, 'setReach').mockRejectedValueOnce(busy);
      expect((await repository.run('renumber')).verdict?.kind).toBe('failed');
      expect((await repository.run('renumber')).verdict?.kind).toBe('succeeded');
      expect(repository.flags.reach).toEqual(reachProperties(2880, [metadata().networkId]));
      expect(metadata().networkId).not.toBe(2816);
    });

    it('stays when nobody else has it', async () => {
      repository.flags.mounted = false;
      const { verdict, events } = await repository.run('renumber');
      expect([verdict?.kind, metadata().networkId]).toEqual(['succeeded', 2816]);
      expect(events).toContainEqual(
        expect.objectContaining({ result: expect.objectContaining({ outcome: 'already' }) as unknown }),
      );
    });

    it('is shown by the list and by validation, which changes nothing', async () => {
      copyIn(folder);
      noteOther(folder);
      const [shown] = await listStates(repository.machine);
      expect(shown?.notices).toContainEqual(taken(folder));
      const findings = await validateRepository(repository.machine, runCommand, 'shop');
      expect(findings).toContainEqual({ severity: 'error', ...taken(folder) });
      expect(metadata().networkId).toBe(2816);
    });
  },
);
