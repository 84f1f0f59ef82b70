import { expect, test } from 'vitest';
import type { Bulk, BulkApiRequest, MachineKey, Withheld } from '../../shared/api/apiModel.ts';
import { AppError } from '../../shared/errors.ts';
import type { Plan, Repository } from '../../shared/model.ts';
import { createManualClock } from '../../tests/support/manualClock.ts';
import type { Engine } from '../engine/engine.ts';
import { createBulks } from './bulks.ts';

const web: MachineKey = { context: 'work', name: 'web' };
const backup: MachineKey = { context: 'work', name: 'backup' };
const gone: MachineKey = { context: 'work', name: 'gone' };
const guidOf = (name: string): string => `guid-${name}`;

function repository(name: string, more: Partial<Repository> = {}): Repository {
  return {
    ...{ guid: guidOf(name), name, networkId: 2816, created: '', state: 'mounted', mounted: true },
    ...{ daemon: false, size: 0, path: '', services: [], running: 0, autostart: { enabled: false } },
    notices: [],
    ...more,
  };
}

/**
 * Makes bulks over three machines: `web` and `backup` with these repositories, and `gone`, which cannot be reached. What
 * is remembered and withheld is by GUID, or by `MACHINE/GUID`. Returns them with what was started, and with the last state
 * of each bulk.
 */
function build(
  repositories: Repository[],
  remembered: Record<string, string> = {},
  withheld: Record<string, Withheld> = {},
) {
  const started: {
    machine: string;
    repository: string;
    digest: string | undefined;
    passphrase: string | undefined;
    bytes: Uint8Array | undefined;
  }[] = [];
  const engine: Pick<Engine, 'request' | 'plan' | 'start' | 'follow' | 'cancel'> = {
    request: ({ machine: { name, host } }) =>
      name === 'gone'
        ? Promise.reject(new AppError('machine-unreachable', { host, port: 22, reason: 'no route' }))
        : Promise.resolve(repositories as never),
    plan: (_, { verb, repository: name }) => {
      const plan: Plan = {
        ...{ verb, repository: { guid: guidOf(name), name }, steps: [], complete: true, notices: [] },
      };
      return Promise.resolve({ plan, digest: `of-${name}` });
    },
    start: ({ machine: { name: machine } }, { repository: name }, { digest, passphrase: bytes }) => {
      const passphrase = bytes && Buffer.from(bytes).toString();
      started.push({ machine, repository: name, digest, passphrase, bytes });
      return Promise.resolve({ operation: `op-${name}` });
    },
    follow: () =>
      Promise.resolve({ kind: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } }),
    cancel: () => Promise.resolve({ ended: true }),
  };
  let onEnd: (bulk: Bulk) => void = () => undefined;
  const bulks = createBulks({
    engine: engine as Engine,
    clock: createManualClock(),
    resolve: ({ context, name }) =>
      Promise.resolve({
        context,
        machine: { name, host: `${name}.test`, port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
        sshKey: '/keys/id',
      }),
    changed: (bulk) => {
      if (bulk.endedAt !== undefined) onEnd(bulk);
    },
    remembered: {
      find: ({ machine: { name } }, guid) => {
        const of = <T>(known: Record<string, T>): T | undefined => known[`${name}/${guid}`] ?? known[guid];
        const [passphrase, because] = [of(remembered), of(withheld)];
        if (because !== undefined) return Promise.resolve({ state: 'withheld', because });
        return Promise.resolve(passphrase === undefined ? { state: 'none' } : { state: 'kept', passphrase });
      },
    },
  });
  const run = async (...[request, given]: Parameters<typeof bulks.start>): Promise<Bulk> => {
    const ended = new Promise<Bulk>((resolve) => {
      onEnd = resolve;
    });
    await bulks.start(request, given);
    return ended;
  };
  return { bulks, started, run, repositories };
}

const up: BulkApiRequest = { verb: 'up', machines: [web, gone] };

test('a preview names the machines that could not be asked, beside what the others would do', async () => {
  const closed = repository('api', { mounted: false, state: 'closed' });
  const { bulks } = build([closed, repository('copy', { parent: guidOf('api') }), repository('db')]);
  const { items, failures } = await bulks.plan(up);
  expect([
    items.map(({ repository: name, digest, skipped, needsPassphrase }) => [
      ...[name, digest, skipped, needsPassphrase],
    ]),
    failures,
  ]).toEqual([
    [
      ['api', 'of-api', undefined, true],
      ['db', 'of-db', undefined, false],
      ['copy', undefined, 'fork', false],
    ],
    [{ machine: gone, error: expect.objectContaining({ code: 'machine-unreachable' }) as unknown }],
  ]);
});

test('a preview says why a remembered passphrase is not used, and none goes out', async () => {
  const closed = (name: string): Repository => repository(name, { mounted: false, state: 'closed' });
  const { bulks, run, started } = build(
    [closed('moved'), closed('kept')],
    { [guidOf('kept')]: 'remembered' },
    { [guidOf('moved')]: 'host-key' },
  );
  const request: BulkApiRequest = { verb: 'up', machines: [web] };
  const { items } = await bulks.plan(request);
  expect(
    items.map(({ repository: name, needsPassphrase, withheld }) => [name, needsPassphrase, withheld]),
  ).toEqual([
    ['moved', true, 'host-key'],
    ['kept', false, undefined],
  ]);
  await run(request, { shown: items });
  expect(started.map(({ repository: name, passphrase }) => [name, passphrase])).toEqual([
    ['kept', 'remembered'],
  ]);
});

const twins: BulkApiRequest = { verb: 'up', machines: [web, backup] };
const twin = (): Repository => repository('api', { mounted: false, state: 'closed' });

test('a passphrase that is remembered for one machine is not sent to another with the same GUID', async () => {
  const { run, started } = build(
    [twin()],
    { [`web/${guidOf('api')}`]: 'remembered' },
    { [`backup/${guidOf('api')}`]: 'address' },
  );
  const bulk = await run(twins, {});
  expect(started.map(({ machine, passphrase }) => [machine, passphrase])).toEqual([['web', 'remembered']]);
  expect(bulk.items.map(({ machine, verdict }) => [machine.name, verdict?.error?.code])).toEqual([
    ['web', undefined],
    ['backup', 'passphrase-missing'],
  ]);
});

test('machines with the same GUID get what each remembers, and all of it is overwritten at the end', async () => {
  const { bulks, run, started } = build([twin()], {
    [`web/${guidOf('api')}`]: 'of-web',
    [`backup/${guidOf('api')}`]: 'of-backup',
  });
  const { items } = await bulks.plan(twins);
  await run(twins, { shown: items });
  const sent = started.map(({ machine, passphrase }) => [machine, passphrase]);
  expect(sent.sort()).toEqual([
    ['backup', 'of-backup'],
    ['web', 'of-web'],
  ]);
  const buffers = new Set(started.map(({ bytes }) => bytes));
  expect([...buffers].map((bytes) => bytes?.every((byte) => byte === 0))).toEqual([true, true]);
});

test('a passphrase that was typed for one machine does not go to another with the same GUID', async () => {
  const { bulks, run, started } = build([twin()]);
  const { items } = await bulks.plan(twins);
  const shown = items.map((item) => ({
    ...item,
    ...(item.machine.name === 'web' && { passphrase: 'typed' }),
  }));
  await run(twins, { shown });
  expect(started.map(({ machine, passphrase }) => [machine, passphrase])).toEqual([['web', 'typed']]);
});

test('a start does what was shown, with its digests; what went is refused, what came is left', async () => {
  const { bulks, started, run, repositories } = build([repository('api'), repository('old')]);
  const { items } = await bulks.plan(up);
  repositories.splice(1, 1, repository('new'));
  const bulk = await run(up, { shown: items });
  expect(started.map(({ repository: name, digest }) => [name, digest])).toEqual([['api', 'of-api']]);
  expect(
    bulk.items.map(({ repository: name, verdict }) => [name, verdict?.kind, verdict?.error?.code]),
  ).toEqual([
    ['api', 'succeeded', undefined],
    ['old', 'failed', 'changed-since-preview'],
  ]);
  expect(bulk.failures.map(({ machine }) => machine)).toEqual([gone]);
});

test('each repository gets its own passphrase, else the one for all, else the remembered; open ones none', async () => {
  const closed = (name: string): Repository => repository(name, { mounted: false, state: 'closed' });
  const names = ['own', 'open', 'kept'];
  const { run, started } = build([closed('own'), repository('open'), closed('kept')], {
    [guidOf('kept')]: 'remembered',
  });
  const request: BulkApiRequest = { verb: 'up', machines: [web] };
  const shown = names.map((name) => ({
    machine: web,
    guid: guidOf(name),
    repository: name,
    ...(name === 'own' && { passphrase: 'mine' }),
  }));
  await run(request, { shown });
  await run(request, { passphrase: 'all' });
  expect(started.map(({ repository: name, passphrase }) => [name, passphrase])).toEqual([
    ...names.map((name, at) => [name, ['mine', undefined, 'remembered'][at]]),
    ...names.map((name, at) => [name, ['all', undefined, 'all'][at]]),
  ]);
});
