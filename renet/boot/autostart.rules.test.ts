// On true files: operations run as on a machine; a folder stands for the volume, flags for cryptsetup and the daemon.

import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { Finished, NativeRepository } from '../../tests/support/nativeRepository.ts';
import { listAutostart, verifyAutostart } from './autostart.ts';
import { autostartKeyFile, metadataFile } from '../paths.ts';

const repositories: NativeRepository[] = [];
function repositoryWith(files: Record<string, string> = { Rediaccfile: 'up() { :; }\n' }): NativeRepository {
  const made = makeRepository(files);
  repositories.push(made);
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

function outcomes({ events }: Finished): string[] {
  return events.flatMap((event) =>
    event.type === 'step-ended' ? [`${event.result.step.kind}: ${event.result.outcome}`] : [],
  );
}

function keyFile({ machine, guid }: NativeRepository): string {
  return autostartKeyFile(machine.paths, guid);
}

interface Kept {
  name: string;
  autostart?: { after?: string; delay?: number; consent: { by: string } };
}
function metadata({ machine, guid }: NativeRepository): Kept {
  return JSON.parse(readFileSync(metadataFile(machine.paths, guid), 'utf8')) as Kept;
}

async function problems(repository: NativeRepository): Promise<string[]> {
  return (await verifyAutostart(repository.machine, 'shop')).problems.map(({ code }) => code);
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`autostart rules, natively${skipped}`, () => {
  it('enables: a key of 256 bytes, root’s alone, in slot 1, with who agreed', async () => {
    const repository = repositoryWith();
    const result = await repository.run('autostart-enable', { delay: 5 });
    const bytes = readFileSync(keyFile(repository));
    expect(outcomes(result)).toEqual([
      ...['check-passphrase: succeeded', 'add-key: succeeded', 'record: succeeded', 'enable-unit: succeeded'],
    ]);
    expect([bytes.length, statSync(keyFile(repository)).mode & 0o7777]).toEqual([256, 0o600]);
    expect(repository.flags.slots).toEqual(
      new Map([
        ['0', Buffer.from('secret')],
        ['1', bytes],
      ]),
    );
    expect(metadata(repository).autostart).toMatchObject({ delay: 5, consent: { by: 'test' } });
    expect(await listAutostart(repository.machine)).toMatchObject({
      unit: {},
      repositories: [{ name: 'shop', enabled: true, delay: 5, problems: [] }],
    });
  });

  it('changes only the order of one that is enabled, and keeps what was not said', async () => {
    const repository = repositoryWith();
    await repository.run('autostart-enable', { delay: 5 });
    const before = readFileSync(keyFile(repository));
    const again = await repository.run('autostart-enable');
    expect(outcomes(again)).toContain('add-key: already');
    expect([readFileSync(keyFile(repository)), metadata(repository).autostart?.delay]).toEqual([before, 5]);
    await repository.run('autostart-enable', { delay: 0 });
    expect(metadata(repository).autostart?.delay).toBeUndefined();
  });

  it('touches nothing with a wrong passphrase', async () => {
    const repository = repositoryWith();
    repository.flags.passphrase = 'wrong';
    const result = await repository.run('autostart-enable');
    expect([
      result.verdict?.error?.code,
      existsSync(keyFile(repository)),
      repository.flags.slots.size,
    ]).toEqual([...['wrong-passphrase', false, 1]]);
    expect(metadata(repository).autostart).toBeUndefined();
  });

  it('leaves the only slot alone when slot 0 is empty', async () => {
    const repository = repositoryWith();
    repository.flags.slots.clear();
    repository.flags.slots.set('1', Buffer.from('secret'));
    const enabled = await repository.run('autostart-enable');
    const disabled = await repository.run('autostart-disable');
    expect([enabled.verdict?.error?.code, disabled.verdict?.kind]).toEqual([
      ...['autostart-slot-taken', 'succeeded'],
    ]);
    expect([...repository.flags.slots.keys()]).toEqual(['1']);
  });

  it('does not remove its key where no other slot is left', async () => {
    const repository = repositoryWith();
    await repository.run('autostart-enable');
    repository.flags.slots.delete('0');
    const disabled = await repository.run('autostart-disable');
    expect([disabled.verdict?.error?.code, existsSync(keyFile(repository))]).toEqual([
      ...['autostart-slot-needed', true],
    ]);
    expect([...repository.flags.slots.keys()]).toEqual(['1']);
  });

  it('leaves a passphrase in slot 1 alone, and names it', async () => {
    const repository = repositoryWith();
    repository.flags.slots.set('1', Buffer.from('another'));
    const enabled = await repository.run('autostart-enable');
    const disabled = await repository.run('autostart-disable');
    const notices = disabled.events.flatMap((event) => (event.type === 'notice' ? [event.notice.code] : []));
    expect([enabled.verdict?.error?.code, disabled.verdict?.kind, notices]).toEqual([
      ...['autostart-slot-taken', 'succeeded', ['slot-one-taken']],
    ]);
    expect([[...repository.flags.slots.keys()], existsSync(keyFile(repository))]).toEqual([
      ['0', '1'],
      false,
    ]);
    const listed = (await listAutostart(repository.machine)).repositories[0];
    expect([listed?.problems, listed?.notices?.map(({ code }) => code)]).toEqual([[], ['slot-one-taken']]);
  });

  it('of an earlier version, whose header does not say so, is told from a passphrase by its key', async () => {
    const repository = repositoryWith();
    await repository.run('autostart-enable');
    repository.flags.tokens.clear();
    expect(await problems(repository)).toEqual([]);
    await repository.run('autostart-enable');
    expect(repository.flags.tokens.size).toBe(1);
    repository.flags.tokens.clear();
    rmSync(keyFile(repository));
    expect(await problems(repository)).toEqual(['autostart-key-missing', 'autostart-slot-taken']);
  });

  it('disables: file and slot 1 are gone, slot 0 stays; a second time there is nothing to do', async () => {
    const repository = repositoryWith();
    await repository.run('autostart-enable');
    const first = await repository.run('autostart-disable');
    const second = await repository.run('autostart-disable');
    expect([outcomes(first), outcomes(second)]).toEqual([
      ['remove-key: succeeded', 'record: succeeded'],
      ['remove-key: already', 'record: already'],
    ]);
    expect([existsSync(keyFile(repository)), [...repository.flags.slots.keys()]]).toEqual([false, ['0']]);
    expect(metadata(repository)).toEqual({ ...metadata(repository), name: 'shop' });
    expect(metadata(repository).autostart).toBeUndefined();
  });

  const drifts: [string, (repository: NativeRepository) => void, string[]][] = [
    ['the key is removed', (one) => rmSync(keyFile(one)), ['autostart-key-missing']],
    ['slot 1 is killed', (one) => void one.flags.slots.delete('1'), ['autostart-slot-empty']],
    ['others may read the key', (one) => chmodSync(keyFile(one), 0o644), ['autostart-key-exposed']],
    ['the key is overwritten', (one) => writeFileSync(keyFile(one), 'another'), ['autostart-key-refused']],
    [
      'the key was never finished',
      (one) => renameSync(keyFile(one), `${keyFile(one)}.partial`),
      ['autostart-key-missing', 'autostart-half-done'],
    ],
    ['the unit is gone', (one) => void (one.flags.unit = false), ['autostart-unit']],
    [
      'the record is gone',
      (one) => {
        const { autostart, ...others } = metadata(one);
        expect(autostart).toBeDefined();
        writeFileSync(metadataFile(one.machine.paths, one.guid), JSON.stringify(others));
      },
      ['autostart-half-done'],
    ],
  ];

  it.each(drifts)('shows it when %s, and enable and disable mend it', async (_, spoil, codes) => {
    const repository = repositoryWith();
    await repository.run('autostart-enable');
    spoil(repository);
    expect(await problems(repository)).toEqual(codes);
    const mended = await repository.run('autostart-enable');
    expect([mended.verdict?.kind, await problems(repository)]).toEqual(['succeeded', []]);
    spoil(repository);
    const off = await repository.run('autostart-disable');
    expect([off.verdict?.kind, await problems(repository)]).toEqual(['succeeded', []]);
    expect([existsSync(keyFile(repository)), [...repository.flags.slots.keys()]]).toEqual([false, ['0']]);
  });

  it('takes everything back when it cannot come to its end', async () => {
    const repository = repositoryWith();
    repository.machine.bootUnit.ensure = () => Promise.reject(new Error('no systemd'));
    const result = await repository.run('autostart-enable');
    expect([
      result.verdict?.kind,
      existsSync(keyFile(repository)),
      [...repository.flags.slots.keys()],
    ]).toEqual([...['failed', false, ['0']]]);
    expect(metadata(repository).autostart).toBeUndefined();
  });

  it('refuses to start after itself, or after what is not there', async () => {
    const repository = repositoryWith();
    const refusal = async (after: string): Promise<unknown> =>
      repository.start('autostart-enable', { after }).catch((error: unknown) => error);
    expect(await refusal('shop')).toMatchObject({ code: 'autostart-order' });
    expect(await refusal('nobody')).toMatchObject({ code: 'repository-not-found' });
  });

  it('ends functions whose time is over, and says so', async () => {
    const repository = repositoryWith({
      Rediaccfile: 'down() { :; }\n',
      'b/Rediaccfile': 'down() { echo begun; sleep 1000; }\n',
    });
    repository.flags.daemon = true;
    const result = await repository.run('down', { unmount: true, timeLimit: 1 });
    expect([result.verdict?.kind, result.functions, repository.flags.mounted]).toEqual([
      'warnings',
      ['down b/Rediaccfile: failed', 'down Rediaccfile: failed'],
      false,
    ]);
    expect(result.verdict?.failures.map(({ error }) => error?.code)).toEqual([
      ...['function-timed-out', 'function-timed-out'],
    ]);
  });
});
