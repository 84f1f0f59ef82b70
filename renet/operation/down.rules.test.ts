// On true bash: functions run on pseudo-terminals in true control groups; a folder stands for the volume.

import { mkdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { Finished, NativeRepository } from '../../tests/support/nativeRepository.ts';
import { shutDown } from '../boot/shutdown.ts';

const repositories: NativeRepository[] = [];
/** Makes a mounted repository whose daemon runs. */
function repositoryWith(files: Record<string, string>): NativeRepository {
  const made = makeRepository(files);
  repositories.push(made);
  made.flags.daemon = true;
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

/** Makes a Rediaccfile whose `down` notes its name and the address of the service api in the file `trace`. */
const tracing = (name: string): string =>
  `up() { :; }\ndown() { echo "${name} \${API_IP-unknown}" >> "$REPOSITORY_PATH/trace"; }\n`;

function trace(repository: NativeRepository): string[] {
  return repository.exists('trace') ? repository.read('trace').trimEnd().split('\n') : [];
}

/** Returns how a down ended: its verdict, which file failed with which error, and the notices of its plan. */
function told({ verdict, events }: Finished) {
  const plans = events.flatMap((event) => (event.type === 'plan' ? [event.plan] : []));
  const failures = verdict?.failures.map(
    ({ step, error }) => `${step.kind === 'function' ? step.file : step.kind}: ${error?.code ?? ''}`,
  );
  return { kind: verdict?.kind, failures, notices: plans.at(-1)?.notices.map(({ code }) => code) };
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`down does what it can, natively${skipped}`, () => {
  it('runs the others and closes, where a folder holds two Rediaccfiles; the preview says so', async () => {
    const repository = repositoryWith({
      Rediaccfile: tracing('root'),
      'api/Rediaccfile': tracing('one'),
      'api/rediaccfile': tracing('two'),
      'db/Rediaccfile': tracing('db'),
    });
    const { plan } = await repository.plan('down', { unmount: true });
    expect(plan.notices).toEqual([
      { code: 'two-rediaccfiles', details: { folder: 'api', first: 'Rediaccfile', second: 'rediaccfile' } },
    ]);
    const result = await repository.run('down', { unmount: true });
    expect([trace(repository), told(result)]).toEqual([
      ['db unknown', 'root unknown'],
      { kind: 'warnings', failures: ['check: two-rediaccfiles'], notices: ['two-rediaccfiles'] },
    ]);
    expect(repository.flags).toMatchObject({ mounted: false, open: false, daemon: false });
  });

  it('is no success when none of the downs can be told', async () => {
    const repository = repositoryWith({ Rediaccfile: tracing('one'), REDIACCFILE: tracing('two') });
    expect(told(await repository.run('down'))).toEqual({
      kind: 'warnings',
      failures: ['check: two-rediaccfiles'],
      notices: ['two-rediaccfiles'],
    });
  });

  it('runs every down without the addresses that a damaged .rediacc.json keeps to itself', async () => {
    const repository = repositoryWith({
      Rediaccfile: tracing('root'),
      'db/Rediaccfile': tracing('db'),
      '.rediacc.json': '{"services": {"api": {"slot": 0}}}',
    });
    const { plan: whole } = await repository.plan('down');
    await repository.run('down');
    repository.write({ '.rediacc.json': '{"services": ' });
    const { plan } = await repository.plan('down');
    expect([whole.notices, plan.notices]).toMatchObject([[], [{ code: 'addresses-unknown' }]]);
    expect(plan.notices[0]?.details['reason']).toContain('.rediacc.json cannot be used');
    expect(told(await repository.run('down', { unmount: true }))).toEqual({
      ...{ kind: 'succeeded', failures: [] },
      notices: ['addresses-unknown'],
    });
    expect(trace(repository)).toEqual(['db 127.0.11.2', 'root 127.0.11.2', 'db unknown', 'root unknown']);
    repository.flags.mounted = true;
    expect((await repository.run('up')).verdict?.error?.code).toBe('slots-file-invalid');
  });

  it('calls no half of what cannot be read, and all of the rest', async () => {
    const repository = repositoryWith({
      Rediaccfile: tracing('root'),
      'broken/Rediaccfile': `${tracing('broken')}if true\n`,
      'large/Rediaccfile': `${tracing('large')}#${'x'.repeat(1024 ** 2)}\n`,
    });
    expect([told(await repository.run('down')), trace(repository)]).toEqual([
      {
        kind: 'warnings',
        failures: ['large/Rediaccfile: file-too-large', 'broken/Rediaccfile: rediaccfile-syntax'],
        notices: ['down-not-readable'],
      },
      ['root unknown'],
    ]);
    await expect(repository.start('up')).rejects.toMatchObject({ code: 'file-too-large' });
  });

  it('leaves out a folder that is gone when it is looked at', async () => {
    const repository = repositoryWith({ Rediaccfile: tracing('root') });
    // A name that is not UTF-8 is listed in another spelling, under which no file exists.
    mkdirSync(Buffer.concat([Buffer.from(`${repository.root}/`), Buffer.from([0x66, 0xff])]));
    expect(told(await repository.run('down'))).toEqual({ kind: 'succeeded', failures: [], notices: [] });
    expect((await repository.run('up')).verdict?.kind).toBe('succeeded');
  });

  it('ends the processes that hold the volume only when the machine goes down', async () => {
    const repository = repositoryWith({ Rediaccfile: 'down() { :; }\n' });
    const { volumes } = repository.machine;
    const asked: unknown[] = [];
    repository.machine.volumes = {
      ...volumes,
      unmount: (one, options) => {
        asked.push(options);
        return volumes.unmount(one, options);
      },
    };
    await repository.run('down', { unmount: true });
    repository.flags.mounted = true;
    await shutDown(repository.agent, () => undefined);
    expect(asked).toEqual([{ endHolders: false }, { endHolders: true }]);
  });

  it('does not ask a daemon what runs, which only unmount has to know', async () => {
    const repository = repositoryWith({ Rediaccfile: tracing('root') });
    const { daemons } = repository.machine;
    const running = (): Promise<never> => Promise.reject(new Error('the Docker daemon does not answer'));
    repository.machine.daemons = { ...daemons, running };
    const refused = { code: 'daemon-silent', details: { name: 'shop' } };
    await expect(repository.start('unmount')).rejects.toMatchObject(refused);
    expect((await repository.run('up')).verdict?.kind).toBe('succeeded');
    expect((await repository.run('down', { unmount: true })).verdict?.kind).toBe('succeeded');
    expect([trace(repository), repository.flags.mounted]).toEqual([['root unknown'], false]);
  });

  it('says that without a Rediaccfile nothing was stopped', async () => {
    const repository = repositoryWith({ 'compose.yml': 'services: {api: {image: x}}' });
    expect(told(await repository.run('down'))).toEqual({
      kind: 'succeeded',
      failures: [],
      notices: ['nothing-to-stop'],
    });
  });

  it('ends with a warning that names what it has left running, and as a success once nothing does', async () => {
    const repository = repositoryWith({ Rediaccfile: tracing('root') });
    repository.flags.containers = ['shop-mail-1', 'shop-old-1'];
    const { verdict } = await repository.run('down');
    expect(verdict).toMatchObject({
      kind: 'warnings',
      reason: 'stopped-with-warnings',
      error: { code: 'still-running', details: { name: 'shop', containers: 'shop-mail-1, shop-old-1' } },
      failures: [],
    });
    repository.flags.containers = [];
    expect((await repository.run('down')).verdict).toMatchObject({ kind: 'succeeded' });
  });

  it('leaves nothing running, and so warns of nothing, when it closes the volume', async () => {
    const repository = repositoryWith({ Rediaccfile: tracing('root') });
    repository.flags.containers = ['shop-old-1'];
    expect((await repository.run('down', { unmount: true })).verdict).toMatchObject({ kind: 'succeeded' });
  });

  it('says so when the daemon does not tell what runs', async () => {
    const repository = repositoryWith({ Rediaccfile: tracing('root') });
    repository.machine.daemons.running = () => Promise.reject(new Error('the Docker daemon does not answer'));
    const { verdict } = await repository.run('down');
    expect(verdict).toMatchObject({ kind: 'warnings', error: { code: 'remains-unknown' } });
  });
});
