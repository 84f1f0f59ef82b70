// On true files: operations run as on a machine; a folder stands for the volume, flags for cryptsetup and the daemon.

import { randomUUID } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import type { Verdict } from '../../shared/model.ts';
import { metadataFile, volumeFile } from '../paths.ts';
import { start } from '../serve/handlers.ts';
import { awaitVerdict } from './log/logReader.ts';
import { logFolder } from './log/operationLog.ts';

const repositories: NativeRepository[] = [];
function repositoryWith(files: Record<string, string> = {}): NativeRepository {
  const made = makeRepository({ Rediaccfile: 'up() { :; }\n', ...files });
  repositories.push(made);
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

function metadata({ machine, guid }: NativeRepository): unknown {
  return JSON.parse(readFileSync(metadataFile(machine.paths, guid), 'utf8'));
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`names and slots, natively${skipped}`, () => {
  it('renames: the metadata has the new name, and nothing else in it changes', async () => {
    const repository = repositoryWith();
    const before = metadata(repository) as object;
    const result = await repository.run('rename', { newName: 'store' });
    expect([result.verdict?.kind, metadata(repository)]).toEqual(['succeeded', { ...before, name: 'store' }]);
    await expect(repository.plan('down')).rejects.toMatchObject({ code: 'repository-not-found' });
  });

  it('knows, at a second try, the repository that it has renamed already, and no other', async () => {
    const repository = repositoryWith();
    const { agent, machine } = repository;
    const rename = async (newName: string): Promise<Verdict | undefined> => {
      const operation = randomUUID();
      const options = { newName };
      await start(agent, { verb: 'rename', repository: 'shop', options, operation, by: 'test' });
      const folder = logFolder(machine.paths, operation);
      return awaitVerdict(machine.paths, folder, new AbortController().signal);
    };
    for (let tries = 0; tries < 3; tries += 1)
      expect(await rename('store')).toMatchObject({ kind: 'succeeded' });
    expect(metadata(repository)).toMatchObject({ name: 'store' });
    await expect(rename('other')).rejects.toMatchObject({ code: 'repository-not-found' });
    await repository.run('rename', { newName: 'shop' });
    await repository.run('rename', { newName: 'books' });
    await repository.run('rename', { newName: 'store' });
    // It is called so since another rename.
    await expect(rename('store')).rejects.toMatchObject({ code: 'repository-not-found' });
  });

  it('takes its own name for a rename that was interrupted, and completes it', async () => {
    const repository = repositoryWith();
    const result = await repository.run('rename', { newName: 'shop' });
    const ended = result.events.flatMap((event) =>
      event.type === 'step-ended' ? [event.result.outcome] : [],
    );
    expect([result.verdict?.kind, ended]).toEqual(['succeeded', ['already']]);
  });

  it('refuses a name that is taken or cannot be one, before anything is changed', async () => {
    const repository = repositoryWith();
    const { paths } = repository.machine;
    const guid = '33333333-3333-4333-8333-333333333333';
    const other = { name: 'store', guid, networkId: 2880, created: '2026-01-01T00:00:00.000Z' };
    writeFileSync(volumeFile(paths, guid), '');
    writeFileSync(metadataFile(paths, guid), JSON.stringify(other));
    await expect(repository.start('rename', { newName: 'store' })).rejects.toMatchObject({
      code: 'name-taken',
    });
    for (const newName of ['', 'Not A Name', guid]) {
      await expect(repository.start('rename', { newName })).rejects.toMatchObject({ code: 'bad-name' });
    }
    expect(metadata(repository)).toMatchObject({ name: 'shop' });
  });

  const compose = 'services:\n  api: {image: x, network_mode: host}\n';
  const slots = { note: 'mine', services: { api: { slot: 0 }, gone: { slot: 1 } } };

  it('gives back the slot of a service that is gone, and keeps the rest of the file', async () => {
    const repository = repositoryWith({
      'docker-compose.yml': compose,
      '.rediacc.json': JSON.stringify(slots),
    });
    const result = await repository.run('release-slot', { service: 'gone' });
    expect([result.verdict?.kind, JSON.parse(repository.read('.rediacc.json'))]).toEqual([
      'succeeded',
      { note: 'mine', services: { api: { slot: 0 } } },
    ]);
  });

  it('keeps the slot of a service that a compose file has, and knows no others', async () => {
    const repository = repositoryWith({
      'docker-compose.yml': compose,
      '.rediacc.json': JSON.stringify(slots),
    });
    const codes = [];
    for (const service of ['api', 'never', '__proto__']) {
      codes.push((await repository.run('release-slot', { service })).verdict?.error?.code);
    }
    expect(codes).toEqual(['slot-in-use', 'service-not-found', 'service-not-found']);
    expect(JSON.parse(repository.read('.rediacc.json'))).toEqual(slots);
  });

  it('refuses to release a slot of a closed one, whose file cannot be seen', async () => {
    const repository = repositoryWith();
    repository.flags.mounted = false;
    await expect(repository.start('release-slot', { service: 'gone' })).rejects.toMatchObject({
      code: 'not-mounted',
    });
  });
});
