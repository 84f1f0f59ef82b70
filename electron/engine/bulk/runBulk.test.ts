import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Verdict } from '../../../shared/model.ts';
import { runBulk } from './runBulk.ts';
import type { BulkTask, BulkWatch, Passphrases } from './runBulk.ts';
import type { Engine, MachineReference } from '../engine.ts';

const succeeded: Verdict = { kind: 'succeeded', failures: [], notRun: [] };
const problem = { code: 'autostart-key-missing', details: {}, message: '' };

function machine(name: string): MachineReference {
  return {
    context: 'work',
    machine: { name, host: `${name}.test`, port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
    sshKey: '/keys/id',
  };
}

/** Makes the task of `NAME` or `MACHINE/NAME`: an `up` that opens its volume, unless `more` says otherwise. */
function task(label: string, more: Partial<BulkTask> = {}): BulkTask {
  const [name = '', host = 'web'] = label.split('/').reverse();
  const request = { verb: 'up', options: { mount: true } } as const;
  return { machine: machine(host), guid: `guid-${name}`, name, request, needsPassphrase: true, ...more };
}

/** Makes an engine whose machines note what they are asked, and end each operation as `endOf` says. */
function scene(endOf: (repository: string) => Promise<Verdict | 'lost'>) {
  const asked: string[] = [];
  const progress: string[] = [];
  const cancel = new AbortController();
  const leave = new AbortController();
  const running = new Map<string, number>();
  let most = 0;
  const engine: Pick<Engine, 'start' | 'follow' | 'cancel'> = {
    start: ({ machine: { name: host } }, { verb, repository }, { passphrase, digest }) => {
      const words = [digest, passphrase && Buffer.from(passphrase).toString()];
      asked.push([verb, repository, ...words.filter((word) => word !== undefined)].join(' '));
      if (repository === 'busy') return Promise.reject(new AppError('repository-busy', { name: 'busy' }));
      const now = (running.get(host) ?? 0) + 1;
      running.set(host, now);
      most = Math.max(most, now);
      return Promise.resolve({ operation: repository });
    },
    async follow({ machine: { name: host } }, operation, { signal }) {
      const left = new Promise<never>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new AppError('cancelled')));
      });
      const verdict = await Promise.race([endOf(operation), left]);
      running.set(host, (running.get(host) ?? 0) - 1);
      return verdict === 'lost' ? { kind: 'lost' } : { kind: 'verdict', verdict };
    },
    cancel: (_, operation) => {
      asked.push(`cancel ${operation}`);
      return Promise.resolve({ ended: false });
    },
  };
  let now = 0;
  const watch: BulkWatch = {
    cancel: cancel.signal,
    leave: leave.signal,
    now: () => (now += 500),
    onQueued: ({ name }) => progress.push(`queued ${name}`),
    onStarted: ({ name }, operation) => {
      progress.push(`started ${name} as ${operation}`);
      return { onEvent: () => undefined, onOutput: () => undefined };
    },
    onEnded: ({ repository = '', verdict }) => void progress.push(`ended ${repository} ${verdict.kind}`),
  };
  const run = (tasks: readonly BulkTask[], passphrases?: Passphrases, limit = 1) =>
    runBulk(engine, { tasks, limit, passphrases }, watch);
  return { asked, progress, cancel, leave, run, most: () => most };
}

/** Makes an `endOf` for `scene` whose operations run until the test ends them one by one. */
function heldEnds() {
  const held = new Map<string, (verdict: Verdict) => void>();
  const endOf = (name: string): Promise<Verdict> => new Promise((resolve) => held.set(name, resolve));
  const settle = async (): Promise<void> => {
    for (let step = 0; step < 20; step += 1) await Promise.resolve();
  };
  const end = async (name: string, verdict: Verdict = succeeded): Promise<void> => {
    held.get(name)?.(verdict);
    await settle();
  };
  return { endOf, end, settle };
}

const tasks = (...labels: string[]): BulkTask[] => labels.map((label) => task(label));

describe('one after the other', () => {
  test('a failure of any kind is its own result; each gets its passphrase, and all are wiped', async () => {
    const wrong: Verdict = { ...succeeded, kind: 'failed', error: { ...problem, code: 'wrong-passphrase' } };
    const ends = new Map<string, Verdict | 'lost'>([
      ['b', wrong],
      ['c', 'lost'],
    ]);
    const { asked, run } = scene((name) => Promise.resolve(ends.get(name) ?? succeeded));
    const each = ['a', 'b', 'busy', 'c', 'd'];
    const passphrases = new Map(each.map((name) => [name, new TextEncoder().encode(`of-${name}`)]));
    const { results, notBegun, left } = await run(tasks(...each, 'none'), passphrases);
    expect([
      results.map(({ repository, operation, verdict: { kind, error } }) =>
        [repository, operation, kind, error?.code].join(' ').trimEnd(),
      ),
      [notBegun, left],
      asked,
      results[0],
    ]).toEqual([
      [
        'a a succeeded',
        'b b failed wrong-passphrase',
        'busy  failed repository-busy',
        'c c lost operation-lost',
        'd d succeeded',
        'none  failed passphrase-missing',
      ],
      [[], []],
      each.map((name) => `up ${name} of-${name}`),
      {
        ...{ machine: 'web', guid: 'guid-a', repository: 'a', operation: 'a' },
        ...{ verdict: succeeded, milliseconds: 500 },
      },
    ]);
    expect([...passphrases.values()].every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });

  test('one passphrase is tried on each; where none is needed none is sent', async () => {
    const { asked, run } = scene(() => Promise.resolve(succeeded));
    const passphrases = new TextEncoder().encode('same');
    await run([task('a'), task('b'), task('open', { needsPassphrase: false })], passphrases);
    expect([asked, passphrases]).toEqual([['up a same', 'up b same', 'up open'], new Uint8Array(4)]);
  });

  test('a closed one whose passphrase was not given fails, and the others run', async () => {
    const { run } = scene(() => Promise.resolve(succeeded));
    const { results } = await run([task('a'), task('open', { needsPassphrase: false })]);
    expect(results.map(({ verdict: { kind, error } }) => [kind, error?.code])).toEqual([
      ['failed', 'passphrase-missing'],
      ['succeeded', undefined],
    ]);
  });

  test('what was shown is what is started: the digest goes along', async () => {
    const { asked, run } = scene(() => Promise.resolve(succeeded));
    const shown = { needsPassphrase: false, digest: 'd1' };
    await run([task('a', shown), task('b', { needsPassphrase: false })]);
    expect(asked).toEqual(['up a d1', 'up b']);
  });

  test('cancelled: the one that runs is asked to stop, its verdict is waited for, no other begins', async () => {
    const cancelled: Verdict = { ...succeeded, kind: 'cancelled' };
    const { asked, run, cancel } = scene(() => {
      cancel.abort();
      return Promise.resolve(cancelled);
    });
    const { results, notBegun } = await run(tasks('a', 'b', 'c'), new Uint8Array(1));
    expect([results.map(({ verdict }) => verdict.kind), notBegun.map(({ name }) => name), asked]).toEqual([
      ['cancelled'],
      ['b', 'c'],
      ['up a \0', 'cancel a'],
    ]);
  });

  test('left: it goes on, and is named; no other begins', async () => {
    const { asked, run, leave } = scene(() => {
      leave.abort();
      return new Promise(() => undefined);
    });
    const passphrases = new TextEncoder().encode('same');
    const { results, notBegun, left } = await run(tasks('a', 'b'), passphrases);
    expect([results, notBegun.map(({ name }) => name), left.map(({ operation }) => operation)]).toEqual([
      [],
      ['b'],
      ['a'],
    ]);
    expect([asked, passphrases]).toEqual([['up a same'], new Uint8Array(4)]);
  });
});

describe('several at once', () => {
  test('each machine has its own limit, and the results keep their order', async () => {
    const { endOf, end, settle } = heldEnds();
    const { asked, progress, run, most } = scene(endOf);
    const names = ['web/a', 'web/b', 'web/c', 'db/x', 'db/y', 'db/z'];
    const running = run(tasks(...names), new TextEncoder().encode('p'), 2);
    await settle();
    expect(asked).toEqual(['up a p', 'up b p', 'up x p', 'up y p']);
    for (const name of ['b', 'y', 'z', 'c', 'x', 'a']) await end(name);
    const { results } = await running;
    expect([results.map(({ machine, repository = '' }) => `${machine}/${repository}`), most()]).toEqual([
      names,
      2,
    ]);
    expect(progress).toEqual([
      ...['a', 'b', 'c', 'x', 'y', 'z'].map((name) => `queued ${name}`),
      ...['a', 'b', 'x', 'y'].map((name) => `started ${name} as ${name}`),
      ...['ended b succeeded', 'started c as c', 'ended y succeeded', 'started z as z'],
      ...['z', 'c', 'x', 'a'].map((name) => `ended ${name} succeeded`),
    ]);
  });

  test('cancelled: all that run are asked to stop; left after that, those that do not are named', async () => {
    const { endOf, end, settle } = heldEnds();
    const { asked, run, cancel, leave } = scene(endOf);
    const running = run(tasks('a', 'b', 'c', 'd'), new Uint8Array(1), 3);
    await settle();
    cancel.abort();
    await end('b', { ...succeeded, kind: 'cancelled' });
    leave.abort();
    const { results, notBegun, left } = await running;
    expect([
      asked.slice(3),
      results.map(({ repository, verdict }) => [repository, verdict.kind]),
      notBegun.map(({ name }) => name),
      left.map(({ task: { name }, operation }) => [name, operation]),
    ]).toEqual([
      ['cancel a', 'cancel b', 'cancel c'],
      [['b', 'cancelled']],
      ['d'],
      [
        ['a', 'a'],
        ['c', 'c'],
      ],
    ]);
  });
});
