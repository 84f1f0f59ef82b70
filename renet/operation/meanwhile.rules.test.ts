// On true files: operations run as on a machine; a folder stands for the volume, flags for cryptsetup and the daemon.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { daemonData } from '../docker/daemonConfig.ts';
import { autostartKeyFile, metadataFile, volumeFile } from '../paths.ts';

const repositories: NativeRepository[] = [];
function repositoryWith(files: Record<string, string>): NativeRepository {
  const made = makeRepository(files);
  repositories.push(made);
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

/** Lets the volume be mounted when the plan is made and not any more afterwards, as if unmounted by hand. */
function takeAwayAfterThePlan({ machine }: NativeRepository): void {
  let asked = 0;
  machine.volumes.isMounted = () => Promise.resolve((asked += 1) === 1);
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`what happens between the plan and a step, natively${skipped}`, () => {
  it('a slot is not given back beneath an unmounted mount point', async () => {
    const slots = JSON.stringify({ services: { gone: { slot: 1 } } });
    const repository = repositoryWith({ '.rediacc.json': slots });
    takeAwayAfterThePlan(repository);
    const { verdict } = await repository.run('release-slot', { service: 'gone' });
    expect([verdict?.kind, verdict?.error?.code]).toEqual(['failed', 'not-mounted']);
    expect(repository.read('.rediacc.json')).toBe(slots);
  });

  it("a fork's inheritance is not removed beneath an unmounted mount point", async () => {
    const repository = repositoryWith({ Rediaccfile: 'up() { :; }' });
    const { guid, machine } = repository;
    const file = metadataFile(machine.paths, guid);
    const metadata = JSON.parse(readFileSync(file, 'utf8')) as object;
    const inherits = { guid: '33333333-3333-4333-8333-333333333333', name: 'parent' };
    writeFileSync(file, JSON.stringify({ ...metadata, parent: inherits.guid, inherits }));
    const container = `${daemonData(machine.paths, guid).docker}/containers/abc/hostconfig.json`;
    mkdirSync(dirname(container), { recursive: true });
    writeFileSync(container, '{}');
    takeAwayAfterThePlan(repository);
    const { verdict } = await repository.run('mount');
    expect([verdict?.kind, verdict?.error?.code]).toEqual(['failed', 'not-mounted']);
    expect(existsSync(container)).toBe(true);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ inherits });
  });

  it('a cancel that comes with the end of the last step changes nothing', async () => {
    const repository = repositoryWith({});
    repository.flags.mounted = false;
    const { volumes } = repository.machine;
    const mount = volumes.mount.bind(volumes);
    let started: (cancel: () => void) => void = () => undefined;
    const cancel = new Promise<() => void>((resolve) => {
      started = resolve;
    });
    volumes.mount = async (of) => {
      await mount(of);
      (await cancel)();
    };
    const running = await repository.start('mount');
    started(() => running.cancel());
    const { verdict } = await running.follow();
    expect([verdict?.kind, repository.flags.mounted]).toEqual(['succeeded', true]);
  });
});

describe.skipIf(root === undefined)(`a deletion, natively${skipped}`, () => {
  it('takes the autostart key with the repository', async () => {
    const repository = repositoryWith({});
    const key = autostartKeyFile(repository.machine.paths, repository.guid);
    await repository.run('autostart-enable');
    expect(existsSync(key)).toBe(true);
    repository.flags.mounted = false;
    const deleted = await repository.run('delete');
    expect([deleted.verdict?.kind, existsSync(key)]).toEqual(['succeeded', false]);
  });

  it('that is refused when it has begun leaves the repository its autostart key', async () => {
    // The mount point is not empty, as when somebody has put something there.
    const repository = repositoryWith({ somebody: '' });
    const { paths } = repository.machine;
    const key = autostartKeyFile(paths, repository.guid);
    await repository.run('autostart-enable');
    repository.flags.mounted = false;
    const { verdict } = await repository.run('delete');
    expect(verdict?.kind).toBe('failed');
    expect([volumeFile(paths, repository.guid), key].map((file) => existsSync(file))).toEqual([true, true]);
  });
});

describe.skipIf(root === undefined)(`a passphrase, natively${skipped}`, () => {
  it('is not said to be changed when the new one does not open the volume', async () => {
    const repository = repositoryWith({});
    // What cryptsetup says it wrote is not what the disk has.
    const { slots } = repository.flags;
    slots.set = () => slots;
    repository.flags.newPassphrase = 'better';
    const { verdict } = await repository.run('passphrase-change');
    expect([verdict?.kind, verdict?.error?.code]).toEqual(['failed', 'step-failed']);
  });
});
