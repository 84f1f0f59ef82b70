// On true files: operations run as on a machine; a folder stands for the volume, flags for cryptsetup and the daemon.

import { truncateSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { Finished, NativeRepository } from '../../tests/support/nativeRepository.ts';
import { volumeFile } from '../paths.ts';

const repositories: NativeRepository[] = [];
/** Makes a repository whose volume file has 1 MiB. */
function repositoryWith(flags: Partial<NativeRepository['flags']> = {}): NativeRepository {
  const made = makeRepository({ Rediaccfile: 'up() { :; }\n' });
  repositories.push(made);
  truncateSync(volumeFile(made.machine.paths, made.guid), MEBI);
  Object.assign(made.flags, { size: MEBI, ...flags });
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

const MEBI = 1024 ** 2;

function outcomes({ events }: Finished): string[] {
  return events.flatMap((event) =>
    event.type === 'step-ended' ? [`${event.result.step.kind}: ${event.result.outcome}`] : [],
  );
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`resize, natively${skipped}`, () => {
  it('grows what runs, and leaves it running', async () => {
    const repository = repositoryWith({ daemon: true });
    const result = await repository.run('resize', { size: 2 * MEBI });
    expect([result.verdict?.kind, outcomes(result), repository.flags]).toMatchObject([
      ...['succeeded', ['check-passphrase: succeeded', 'grow: succeeded']],
      { size: 2 * MEBI, mounted: true, daemon: true },
    ]);
  });

  it('opens a closed one for it, and closes it again', async () => {
    const repository = repositoryWith({ mounted: false });
    const result = await repository.run('resize', { size: 2 * MEBI });
    expect([outcomes(result).map((one) => one.split(':')[0]), repository.flags]).toMatchObject([
      ['open', 'mount', 'grow', 'unmount', 'close'],
      { size: 2 * MEBI, mounted: false },
    ]);
  });

  it('closes it too when the growing fails, and a second try goes on', async () => {
    const repository = repositoryWith({ mounted: false });
    const working = repository.machine.volumes;
    repository.machine.volumes = { ...working, grow: () => Promise.reject(new Error('no')) };
    const failed = await repository.run('resize', { size: 2 * MEBI });
    expect([failed.verdict?.kind, repository.flags.mounted]).toEqual(['failed', false]);
    repository.machine.volumes = working;
    const again = await repository.run('resize', { size: 2 * MEBI });
    expect([again.verdict?.kind, repository.flags.size]).toEqual(['succeeded', 2 * MEBI]);
  });

  it('changes nothing with a wrong passphrase, mounted or closed', async () => {
    for (const mounted of [true, false]) {
      const repository = repositoryWith({ mounted, passphrase: 'wrong' });
      const result = await repository.run('resize', { size: 2 * MEBI });
      expect([result.verdict?.error?.code, repository.flags]).toMatchObject([
        'wrong-passphrase',
        { size: MEBI, mounted },
      ]);
    }
  });

  it('takes the passphrase in whichever slot it is', async () => {
    const repository = repositoryWith({ mounted: true });
    repository.flags.slots = new Map([
      ['0', Buffer.from('dead')],
      ['1', Buffer.from('secret')],
    ]);
    const result = await repository.run('resize', { size: 2 * MEBI });
    expect([result.verdict?.kind, repository.flags.size]).toEqual(['succeeded', 2 * MEBI]);
  });

  it('takes the autostart key where there is one, and says when it does not fit', async () => {
    const repository = repositoryWith();
    await repository.run('autostart-enable');
    repository.flags.passphrase = 'nobody knows';
    const byKey = await repository.run('resize', { size: 2 * MEBI, byKey: true });
    expect([byKey.verdict?.kind, repository.flags.size]).toEqual(['succeeded', 2 * MEBI]);
    repository.flags.slots.set('1', Buffer.from('another'));
    const refused = await repository.run('resize', { size: 3 * MEBI, byKey: true });
    expect([refused.verdict?.error?.code, repository.flags.size]).toEqual([
      ...['autostart-key-refused', 2 * MEBI],
    ]);
  });

  it('refuses to shrink, and to grow beyond the disk, before anything begins', async () => {
    const repository = repositoryWith();
    const refusal = (size: number): Promise<unknown> =>
      repository.start('resize', { size }).catch((error: unknown) => error);
    expect(await refusal(MEBI - 1)).toMatchObject({
      code: 'cannot-shrink',
      details: { name: 'shop', current: MEBI, size: MEBI - 1 },
      exitCode: 9,
    });
    expect(await refusal(2 ** 52)).toMatchObject({ code: 'disk-too-small', exitCode: 9 });
  });

  it('takes the size that it has for a growth that was interrupted, and completes it', async () => {
    const repository = repositoryWith({ size: MEBI / 2 });
    const result = await repository.run('resize', { size: MEBI });
    expect([result.verdict?.kind, repository.flags.size]).toEqual(['succeeded', MEBI]);
  });
});
