import { describe, expect, test } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { AutostartEntry, AutostartList, Verdict } from '../../shared/model.ts';
import { autostartAll, autostartTargets } from './autostartAll.ts';
import type { AutostartAll, AutostartWatch } from './autostartAll.ts';
import type { Engine } from './engine.ts';

const machine = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};
const succeeded: Verdict = { kind: 'succeeded', failures: [], notRun: [] };
const problem = { code: 'autostart-key-missing', details: {}, message: '' };

function entry(name: string, more: Partial<AutostartEntry> = {}): AutostartEntry {
  return { guid: `guid-${name}`, name, enabled: false, problems: [], ...more };
}

describe('all', () => {
  const repositories = [
    entry('good', { enabled: true }),
    entry('new'),
    entry('broken', { enabled: true, problems: [problem] }),
    entry('half', { problems: [problem] }),
    entry('fork', { parent: 'guid-good' }),
    entry('old-fork', { parent: 'guid-good', problems: [problem] }),
  ];
  const names = (list: AutostartList, verb: AutostartAll['verb']) => {
    const { wanted, forks } = autostartTargets(list, verb);
    return [wanted.map(({ name }) => name), forks.map(({ name }) => name)];
  };

  test.each([
    ['autostart-enable', {}, ['new', 'broken', 'half'], ['fork', 'old-fork']],
    ['autostart-enable', { problem }, ['good', 'new', 'broken', 'half'], ['fork', 'old-fork']],
    ['autostart-disable', {}, ['good', 'broken', 'half', 'old-fork'], []],
  ] as const)('of %s, with the unit %o', (verb, unit, wanted, forks) => {
    expect(names({ unit, repositories }, verb)).toEqual([wanted, forks]);
  });
});

/** A machine that notes what it is asked, and ends each operation as `endOf` says. */
function scene(endOf: (repository: string) => Promise<Verdict | 'lost'>) {
  const asked: string[] = [];
  const cancel = new AbortController();
  const leave = new AbortController();
  const engine: Pick<Engine, 'start' | 'follow' | 'cancel'> = {
    start: (_, { verb, repository }, { passphrase }) => {
      asked.push([verb, repository, ...(passphrase ? [Buffer.from(passphrase).toString()] : [])].join(' '));
      if (repository === 'busy') return Promise.reject(new AppError('repository-busy', { name: 'busy' }));
      return Promise.resolve({ operation: repository });
    },
    async follow(_, operation, { signal }) {
      const left = new Promise<never>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new AppError('cancelled')));
      });
      const verdict = await Promise.race([endOf(operation), left]);
      return verdict === 'lost' ? { kind: 'lost' } : { kind: 'verdict', verdict };
    },
    cancel: (_, operation) => {
      asked.push(`cancel ${operation}`);
      return Promise.resolve({ ended: false });
    },
  };
  let now = 0;
  const watch: AutostartWatch = {
    cancel: cancel.signal,
    leave: leave.signal,
    now: () => (now += 500),
    onStarted: () => ({ onEvent: () => undefined, onOutput: () => undefined }),
  };
  const run = (job: Pick<AutostartAll, 'verb' | 'passphrases'>, ...names: string[]) =>
    autostartAll(
      engine as Engine,
      { ...job, machine, entries: names.map((name) => ({ name, guid: name })) },
      watch,
    );
  return { asked, cancel, leave, watch, run };
}

describe('one after the other', () => {
  test('a failure of any kind is its own result; each gets its passphrase, and all are wiped', async () => {
    const wrong: Verdict = { ...succeeded, kind: 'failed', error: { ...problem, code: 'wrong-passphrase' } };
    const ends = new Map<string, Verdict | 'lost'>([
      ['a', succeeded],
      ['b', wrong],
      ['c', 'lost'],
    ]);
    const { asked, run } = scene((name) => Promise.resolve(ends.get(name) ?? succeeded));
    const each = ['a', 'b', 'busy', 'c', 'd'];
    const passphrases = new Map(each.map((name) => [name, new TextEncoder().encode(`of-${name}`)]));
    const { results, notBegun } = await run({ verb: 'autostart-enable', passphrases }, ...each, 'none');
    expect([
      results.map(({ repository, operation, verdict: { kind, error } }) =>
        [repository, operation, kind, error?.code].join(' ').trimEnd(),
      ),
      notBegun,
      asked,
      results[0]?.milliseconds,
    ]).toEqual([
      [
        'a a succeeded',
        'b b failed wrong-passphrase',
        'busy  failed repository-busy',
        'c c lost operation-lost',
        'd d succeeded',
        'none  failed passphrase-missing',
      ],
      [],
      each.map((name) => `autostart-enable ${name} of-${name}`),
      500,
    ]);
    expect([...passphrases.values()].every((bytes) => bytes.every((byte) => byte === 0))).toBe(true);
  });

  test('one passphrase is tried on each; to disable none is sent', async () => {
    const { asked, run } = scene(() => Promise.resolve(succeeded));
    const passphrases = new TextEncoder().encode('same');
    await run({ verb: 'autostart-enable', passphrases }, 'a', 'b');
    await run({ verb: 'autostart-disable' }, 'a');
    expect([asked, passphrases]).toEqual([
      ['autostart-enable a same', 'autostart-enable b same', 'autostart-disable a'],
      new Uint8Array(4),
    ]);
  });

  test('cancelled: the one that runs is asked to stop, its verdict is waited for, no other begins', async () => {
    const cancelled: Verdict = { ...succeeded, kind: 'cancelled' };
    const { asked, run, cancel } = scene(() => {
      cancel.abort();
      return Promise.resolve(cancelled);
    });
    const { results, notBegun } = await run({ verb: 'autostart-disable' }, 'a', 'b', 'c');
    expect([results.map(({ verdict }) => verdict.kind), notBegun, asked]).toEqual([
      ['cancelled'],
      ['b', 'c'],
      ['autostart-disable a', 'cancel a'],
    ]);
  });

  test('left: it goes on, and is named', async () => {
    const { asked, run, leave } = scene(() => {
      leave.abort();
      return new Promise(() => undefined);
    });
    const passphrases = new TextEncoder().encode('same');
    await expect(run({ verb: 'autostart-enable', passphrases }, 'a', 'b')).rejects.toMatchObject({
      code: 'operation-left',
      details: { id: 'a' },
    });
    expect([asked, passphrases]).toEqual([['autostart-enable a same'], new Uint8Array(4)]);
  });
});
