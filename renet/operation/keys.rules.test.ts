// On true files: operations run as on a machine; a folder stands for the volume, flags for cryptsetup and the daemon.

import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { Finished, NativeRepository } from '../../tests/support/nativeRepository.ts';
import { verifyAutostart } from '../boot/autostart.ts';
import { createAgentHandlers } from '../serve/handlers.ts';
import { headersFolder } from '../paths.ts';
import { LARGEST_HEADER } from '../../shared/protocol/protocol.ts';

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

  it.each([
    ['slot 1 was to be emptied', { 0: 'better', 1: 'secret', 3: 'another' }],
    ['slot 2 was to be emptied', { 0: 'better', 2: 'secret', 3: 'another' }],
    ['both opened', { 0: 'secret', 1: 'better', 3: 'another' }],
    ['slot 0 was empty', { 31: 'better', 3: 'another' }],
  ])('completes one that was interrupted when %s', async (_, slots) => {
    const repository = repositoryWith(slots);
    expect(endOf(await change(repository, 'secret', 'better'))).toEqual([
      'succeeded',
      undefined,
      'succeeded',
    ]);
    expect([slotsOf(repository), repository.flags.tokens.size]).toEqual([{ 0: 'better', 3: 'another' }, 0]);
  });

  it.each([
    ['dead, as 0.1.0 could leave it', 'dead'],
    ['of another administrator, and the old one was mistyped', 'another'],
  ])('never empties a slot 0 that is %s: the new one stays where it is, and is named', async (_, key) => {
    const repository = repositoryWith({ 0: key, 1: 'better' });
    const ended = await change(repository, 'mistyped', 'better');
    const notices = ended.events.flatMap((event) => (event.type === 'notice' ? [event.notice.code] : []));
    expect([endOf(ended), slotsOf(repository), notices]).toEqual([
      ['succeeded', undefined, 'already'],
      { 0: key, 1: 'better' },
      ['passphrase-elsewhere'],
    ]);
    repository.flags.passphrase = 'better';
    expect((await repository.run('autostart-disable')).verdict?.kind).toBe('succeeded');
    expect(slotsOf(repository)).toEqual({ 0: key, 1: 'better' });
  });

  it('leaves a passphrase that was added by hand in slot 1, and names it', async () => {
    const repository = repositoryWith({ 0: 'secret', 1: 'another' });
    const { events } = await change(repository, 'secret', 'better');
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.notice] : []));
    expect([slotsOf(repository), notices]).toEqual([
      { 0: 'better', 1: 'another' },
      [{ code: 'other-key-slots', details: { name: 'shop', slots: '1' } }],
    ]);
  });

  it('of somebody who does not know slot 0 leaves that alone, and says so', async () => {
    const repository = repositoryWith({ 0: 'another', 2: 'secret' });
    const { events } = await change(repository, 'secret', 'better');
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.notice.code] : []));
    expect([slotsOf(repository), notices]).toEqual([
      { 0: 'another', 31: 'better' },
      ['passphrase-elsewhere', 'other-key-slots'],
    ]);
  });

  it('keeps autostart, which can be disabled after it', async () => {
    const repository = repositoryWith();
    await repository.run('autostart-enable');
    const { events } = await change(repository, 'secret', 'better');
    expect(events.filter(({ type }) => type === 'notice')).toEqual([]);
    expect([...repository.flags.tokens.values()].map(({ type }) => type)).toEqual(['rediacc-autostart']);
    expect((await verifyAutostart(repository.machine, 'shop')).problems.map(({ code }) => code)).toEqual([]);
  });

  it.each(['facts', 'claim'] as const)(
    'is done, and says so, when autostart’s note cannot be written: %s',
    async (work) => {
      const repository = repositoryWith();
      await repository.run('autostart-enable');
      const { keys } = repository.machine;
      repository.machine.keys = { ...keys, [work]: () => Promise.reject(new Error('the disk is busy')) };
      const ended = await change(repository, 'secret', 'better');
      const notices = ended.events.flatMap((event) => (event.type === 'notice' ? [event.notice] : []));
      expect([endOf(ended), slotsOf(repository)[0], notices]).toMatchObject([
        ['succeeded', undefined, 'succeeded'],
        'better',
        [{ code: 'key-not-noted', details: { name: 'shop' } }],
      ]);
      repository.machine.keys = keys;
      expect((await verifyAutostart(repository.machine, 'shop')).problems).toEqual([]);
    },
  );

  it('names the other slots that open the volume', async () => {
    const repository = repositoryWith({ 0: 'secret', 3: 'another' });
    const { events } = await change(repository, 'secret', 'better');
    const notices = events.flatMap((event) => (event.type === 'notice' ? [event.notice] : []));
    expect(notices).toEqual([{ code: 'other-key-slots', details: { name: 'shop', slots: '3' } }]);
  });

  it('brings it into slot 0, where that is empty, even without a new one', async () => {
    const repository = repositoryWith({ 2: 'secret' });
    expect([endOf(await change(repository, 'secret', 'secret')), slotsOf(repository)]).toEqual([
      ['succeeded', undefined, 'succeeded'],
      { 0: 'secret' },
    ]);
  });

  it('does not begin without both passphrases', async () => {
    const repository = repositoryWith();
    await expect(repository.start('passphrase-change')).rejects.toMatchObject({
      code: 'new-passphrase-missing',
    });
  });
});

describe.skipIf(root === undefined)(`headers, natively${skipped}`, () => {
  const closed = (): NativeRepository => {
    const made = repositoryWith();
    made.flags.mounted = false;
    return made;
  };
  const waiting = ({ machine }: NativeRepository): string[] => readdirSync(headersFolder(machine.paths));

  /** Writes a header to the machine in two parts and restores it. */
  async function restore(repository: NativeRepository, text: string, sent = text): Promise<Finished> {
    const handlers = createAgentHandlers(repository.agent);
    const id = randomUUID();
    const write = (position: number, part: string): Promise<unknown> => {
      const base64 = Buffer.from(part).toString('base64');
      return handlers['header.write']({ header: id, position, base64 }, undefined as never);
    };
    await write(0, sent.slice(0, 3));
    await write(3, sent.slice(3));
    const sha256 = createHash('sha256').update(text).digest('hex');
    return repository.run('header-restore', { header: { id, sha256 } });
  }

  it('that would be larger than any header are refused', async () => {
    const repository = repositoryWith();
    const handlers = createAgentHandlers(repository.agent);
    const header = randomUUID();
    const base64 = Buffer.from('more').toString('base64');
    const write = (position: number): Promise<unknown> =>
      handlers['header.write']({ header, position, base64 }, undefined as never);
    await write(0);
    await expect(write(LARGEST_HEADER + 1)).rejects.toMatchObject({ code: 'header-incomplete' });
    expect(statSync(join(headersFolder(repository.machine.paths), header)).size).toBe(4);
  });

  it('are saved, read in parts, and forgotten', async () => {
    const repository = repositoryWith();
    const handlers = createAgentHandlers(repository.agent);
    const ask = undefined as never;
    const saved = await handlers['header.save']({ repository: 'shop' }, ask);
    const read = async (position: number): Promise<string> => {
      const { base64 } = await handlers['header.read']({ header: saved.header, position }, ask);
      return Buffer.from(base64, 'base64').toString();
    };
    expect([saved.uuid, saved.size, await read(0), await read(7), await read(19)]).toEqual([
      ...['uuid-of-shop', 19, 'header uuid-of-shop', 'uuid-of-shop', ''],
    ]);
    await handlers['header.forget']({ header: saved.header }, ask);
    expect(waiting(repository)).toEqual([]);
    await expect(read(0)).rejects.toMatchObject({ code: 'header-incomplete' });
  });

  it.each(['uuid-of-shop', undefined])('are put back onto a volume whose own is %s', async (uuid) => {
    const repository = closed();
    repository.flags.uuid = uuid;
    const ended = await restore(repository, 'header uuid-of-shop');
    expect([endOf(ended), slotsOf(repository), waiting(repository)]).toEqual([
      ['succeeded', undefined, 'succeeded', 'succeeded'],
      { 0: 'the saved passphrase' },
      [],
    ]);
  });

  it.each([
    ['another volume', 'header another', undefined, 'header-of-another'],
    ['no volume', 'no header at all', undefined, 'not-a-header'],
    ['one that was cut off', 'header uuid-of-shop', 'header uuid', 'header-incomplete'],
  ])('of %s are refused, and nothing is changed', async (_, text, sent, code) => {
    const repository = closed();
    const ended = await restore(repository, text, sent);
    expect([endOf(ended), slotsOf(repository), waiting(repository)]).toEqual([
      ['failed', code, 'failed'],
      { 0: 'secret' },
      [],
    ]);
  });

  it('are not put under an open volume', async () => {
    const repository = repositoryWith();
    await expect(repository.plan('header-restore')).rejects.toMatchObject({ code: 'still-mounted' });
  });

  it('cannot be saved from a volume that has none any more', async () => {
    const repository = closed();
    repository.flags.uuid = undefined;
    const saving = createAgentHandlers(repository.agent)['header.save'](
      { repository: 'shop' },
      undefined as never,
    );
    await expect(saving).rejects.toMatchObject({ code: 'not-a-repository-volume' });
  });
});
