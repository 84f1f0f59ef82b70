import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../tests/support/nativeRepository.ts';
import type { Finished, NativeRepository } from '../tests/support/nativeRepository.ts';

const repositories: NativeRepository[] = [];
function repositoryWith(slots: Record<string, string> = { 0: 'secret' }): NativeRepository {
  const made = makeRepository({});
  repositories.push(made);
  made.flags.slots.clear();
  for (const [slot, key] of Object.entries(slots)) made.flags.slots.set(slot, Buffer.from(key));
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

function slotsOf({ flags }: NativeRepository): Record<string, string> {
  return Object.fromEntries([...flags.slots].map(([slot, key]) => [slot, key.toString()]));
}

function change(repository: NativeRepository, from: string, to: string): Promise<Finished> {
  repository.flags.passphrase = from;
  repository.flags.newPassphrase = to;
  return repository.run('passphrase-change');
}

function endOf({ events, verdict }: Finished): unknown[] {
  const outcomes = events.flatMap((event) => (event.type === 'step-ended' ? [event.result.outcome] : []));
  return [verdict?.kind, verdict?.error?.code, ...outcomes];
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`a change of the passphrase, natively${skipped}`, () => {
  it.each([true, false])('changes slot 0 and nothing else, mounted: %s', async (mounted) => {
    const repository = repositoryWith({ 0: 'secret', 1: 'the key of autostart' });
    repository.flags.mounted = mounted;
    const ended = await change(repository, 'secret', 'better');
    expect([endOf(ended), slotsOf(repository), repository.flags.mounted]).toEqual([
      ['succeeded', undefined, 'succeeded'],
      { 0: 'better', 1: 'the key of autostart' },
      mounted,
    ]);
  });

  it('changes nothing with a wrong passphrase, and says so', async () => {
    const repository = repositoryWith({ 0: 'secret', 1: 'key' });
    const ended = await change(repository, 'wrong', 'better');
    expect([endOf(ended), slotsOf(repository)]).toEqual([
      ['failed', 'wrong-passphrase', 'failed'],
      { 0: 'secret', 1: 'key' },
    ]);
  });

  it('has nothing to do where the new one is in place', async () => {
    const repository = repositoryWith();
    expect(endOf(await change(repository, 'secret', 'secret'))).toEqual(['succeeded', undefined, 'already']);
    expect(endOf(await change(repository, 'older', 'secret'))).toEqual(['succeeded', undefined, 'already']);
    expect(slotsOf(repository)).toEqual({ 0: 'secret' });
  });

  it.each(['1', '2'])('completes one that was interrupted before slot %s was emptied', async (left) => {
    const repository = repositoryWith({ 0: 'better', 3: 'another', [left]: 'secret' });
    expect(endOf(await change(repository, 'secret', 'better'))).toEqual([
      'succeeded',
      undefined,
      'succeeded',
    ]);
    expect(slotsOf(repository)).toEqual({ 0: 'better', 3: 'another' });
  });

  it('names the other slots that open the volume', async () => {
    const repository = repositoryWith({ 0: 'secret', 1: 'key', 3: 'another' });
    const { events } = await change(repository, 'secret', 'better');
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.notice] : []));
    expect(notices).toEqual([{ code: 'other-key-slots', details: { name: 'shop', slots: '3' } }]);
  });

  it('does not begin without both passphrases', async () => {
    const repository = repositoryWith();
    await expect(repository.start('passphrase-change')).rejects.toMatchObject({
      code: 'new-passphrase-missing',
    });
  });
});
