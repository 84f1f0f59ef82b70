import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Plan, Repository } from '../../../shared/model.ts';
import { following, OPERATION, rdc, repository as webapp } from '../../rdc.fixtures.ts';
import type { Scene } from '../../rdc.fixtures.ts';

const succeeds = following({ kind: 'succeeded' });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-bulk-'));
});
afterAll(() => rm(folder, { recursive: true }));

function repository(name: string, more: Partial<Repository> = {}): Repository {
  return {
    ...{ guid: webapp.guid, name, networkId: 2816, created: '', state: 'mounted', mounted: true },
    ...{ daemon: false, size: 0, path: '', services: [], running: 0, autostart: { enabled: false } },
    notices: [],
    ...more,
  };
}

const closed = { mounted: false, state: 'closed' } as const;
const fork = repository('copy', { parent: webapp.guid, ...closed });
const open = { 'repository.list': [repository('api'), repository('db'), fork] };
const mixed = { 'repository.list': [repository('api'), repository('db', closed), fork] };

const start = (verb: string, name: string, options: object, ...secret: string[]): unknown[] => [
  'start',
  { verb, repository: name, options },
  ...secret,
];
const mount = { mount: true };

/** Makes an engine that refuses to start the named repositories; the others succeed. */
function refusing(...names: string[]): NonNullable<Scene['engine']> {
  return {
    ...succeeds,
    start: (_, { repository: name }) =>
      names.includes(name)
        ? Promise.reject(new AppError('repository-busy', { name, verb: 'down', id: 'ID', by: 'eve' }))
        : Promise.resolve({ operation: OPERATION }),
  };
}

describe('what is asked of the machine', () => {
  test.each<[string, unknown[]]>([
    ['up-all', [start('up', 'api', mount), start('up', 'db', mount)]],
    ['up-all --mount-only', [start('mount', 'api', {}), start('mount', 'db', {})]],
    ['down-all', [start('down', 'api', {}), start('down', 'db', {})]],
    [
      'down-all --unmount --include-forks --parallel',
      ['api', 'db', 'copy'].map((name) => start('down', name, { unmount: true })),
    ],
  ])('%s', async (words, expected) => {
    const ran = await rdc(`repo ${words}`, { answers: open, engine: succeeds });
    expect([ran.exit, ran.asked.slice(1)]).toEqual([0, expected]);
  });

  test.each(['--concurrency 0', '-m prod-1 --all-machines', '--passphrase-file a --passphrases-file b'])(
    '%s is a mistake',
    async (words) => {
      const ran = await rdc(`repo up-all ${words}`, { answers: open });
      expect([ran.exit, ran.asked]).toEqual([2, []]);
    },
  );
});

describe('passphrases', () => {
  test('a person is asked once, only for what is closed, and it goes to nothing else', async () => {
    const scene = { answers: mixed, terminal: true, stdin: 'sesame\r', engine: succeeds };
    const ran = await rdc('repo up-all --include-forks', scene);
    expect([ran.exit, ran.stderr.match(/Passphrase of .*: /g), ran.asked.slice(1)]).toEqual([
      0,
      ['Passphrase of db, copy: '],
      [start('up', 'api', mount), start('up', 'db', mount, 'sesame'), start('up', 'copy', mount, 'sesame')],
    ]);
  });

  test('nobody is asked where nothing is closed, nor for a down', async () => {
    for (const [words, answers] of [
      ['up-all', open],
      ['down-all --unmount', mixed],
    ] as const) {
      const ran = await rdc(`repo ${words}`, { answers, terminal: true, engine: succeeds });
      expect([ran.exit, ran.stderr]).toEqual([0, expect.not.stringContaining('Passphrase')]);
    }
  });

  test('without one a closed repository is its own failure', async () => {
    const ran = await rdc('repo up-all', { answers: mixed, engine: succeeds });
    expect([ran.exit, ran.asked.slice(1)]).toEqual([10, [start('up', 'api', mount)]]);
    expect(ran.stdout).toContain('db    failed     0 s       The passphrase of "db" is needed');
  });

  test('the bulk file gives each its own', async () => {
    const file = join(folder, 'passphrases');
    await writeFile(file, 'db\tsesame\n', { mode: 0o600 });
    const scene = { answers: mixed, engine: succeeds };
    const ran = await rdc(`repo up-all --include-forks --passphrases-file ${file}`, scene);
    expect([ran.exit, ran.asked.slice(1)]).toEqual([
      10,
      [start('up', 'api', mount), start('up', 'db', mount, 'sesame')],
    ]);
  });
});

describe('the end', () => {
  test.each([
    [[], 0],
    [['db'], 10],
    [['api', 'db'], 1],
  ] as const)('where %o fail', async (names, exit) => {
    const ran = await rdc('repo up-all --parallel --output json', {
      answers: open,
      engine: refusing(...names),
    });
    const failed: readonly string[] = names;
    expect([ran.exit, JSON.parse(ran.stdout)]).toEqual([
      exit,
      {
        ...{ verb: 'up-all', includeForks: false, mountOnly: false, machines: ['prod-1'] },
        leftOut: [{ machine: 'prod-1', guid: fork.guid, repository: 'copy', reason: 'fork' }],
        results: ['api', 'db'].map((name): unknown =>
          expect.objectContaining({
            ...{ machine: 'prod-1', guid: webapp.guid, repository: name },
            verdict: expect.objectContaining({
              kind: failed.includes(name) ? 'failed' : 'succeeded',
            }) as unknown,
          }),
        ),
        ...{ notBegun: [], left: [] },
      },
    ]);
  });

  test('a warning is no whole success', async () => {
    const engine = following({ kind: 'warnings', reason: 'degraded' });
    expect((await rdc('repo up-all', { answers: open, engine })).exit).toBe(10);
  });

  test('nothing to do is said, and asks nobody', async () => {
    const ran = await rdc('repo up-all', { answers: { 'repository.list': [fork] } });
    expect([ran.exit, ran.stdout]).toEqual([
      0,
      'There is nothing to do on prod-1.\nLeft out, as they are forks: copy.\n',
    ]);
  });

  test('Ctrl-C stops what runs, begins nothing new; a second one leaves what does not stop', async () => {
    let press: () => void = () => undefined;
    const ran = await rdc('repo up-all --concurrency 2', {
      answers: { 'repository.list': [...open['repository.list'], repository('web')] },
      onInterrupt: (handler) => (press = handler),
      engine: {
        cancel: (_, id) => {
          expect(id).toBe(OPERATION);
          press();
          return Promise.resolve({ ended: false });
        },
        follow: (_, __, { signal }) => {
          press();
          return new Promise((_resolve, reject) => {
            const leave = (): void => reject(new AppError('cancelled'));
            if (signal?.aborted) leave();
            signal?.addEventListener('abort', leave);
          });
        },
      },
    });
    expect([ran.exit, ran.stderr, ran.stdout]).toEqual([
      130,
      expect.stringContaining('no other repository is begun'),
      expect.stringMatching(
        new RegExp(`Not begun: web\\.\nLeft running .*: api \\(${OPERATION}\\), db \\(${OPERATION}\\)`),
      ),
    ]);
  });
});

describe('what is seen', () => {
  test('one after the other, as a single operation', async () => {
    const { stdout } = await rdc('repo up-all', { answers: open, engine: refusing('db') });
    expect(stdout.split('\n').slice(0, 7)).toEqual([
      `up of webapp (operation ${OPERATION})`,
      'Rediaccfile up │ Starting services...',
      '✓ succeeded after 2 s',
      '✗ failed',
      expect.stringContaining('"db" is held by down ID, started by eve.'),
      expect.stringContaining('rdc op follow ID'),
      '',
    ]);
  });

  test('several at once: every line behind its repository, and a table at the end', async () => {
    const { stdout } = await rdc('repo up-all --parallel', { answers: open, engine: refusing('db') });
    const lines = stdout.trimEnd().split('\n');
    const end = lines.indexOf('');
    const of = (name: string): string[] => lines.slice(0, end).filter((line) => line.startsWith(name));
    expect([of('api │ '), of('db  │ ').slice(0, 1), lines.slice(end + 1)]).toEqual([
      [
        `api │ up of webapp (operation ${OPERATION})`,
        'api │ Rediaccfile up │ Starting services...',
        'api │ ✓ succeeded after 2 s',
      ],
      ['db  │ ✗ failed'],
      [
        'NAME  VERDICT    DURATION  ERROR',
        'api   succeeded  0 s',
        expect.stringMatching(/^db {4}failed {5}0 s {7}"db" is held by/),
        'Left out, as they are forks: copy.',
      ],
    ]);
    expect(of('api').length + of('db').length).toBe(end);
  });

  test('on a terminal it also says where each one is', async () => {
    const ran = await rdc('repo up-all --parallel', { answers: open, terminal: true, engine: succeeds });
    expect(ran.stdout).toContain('api: step 1 of 1: up of Rediaccfile');
    expect(ran.stdout).toContain('db: step 1 of 1: up of Rediaccfile');
  });

  test('--events: each line says what it is of, from queued to ended, then the result', async () => {
    const { stdout } = await rdc('repo up-all --parallel --events', { answers: open, engine: succeeds });
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string; of?: { repository: string; operation?: string } });
    const typesOf = (name: string): string[] =>
      events.filter(({ of }) => of?.repository === name).map(({ type }) => type);
    const types = ['queued', 'started', 'step-started', 'output', 'verdict', 'ended'];
    expect([typesOf('api'), typesOf('db'), events.at(-1)?.type, events.length]).toEqual([
      types,
      types,
      'result',
      13,
    ]);
    const followed = events.filter(({ type }) => type !== 'queued' && type !== 'result');
    expect(new Set(followed.map(({ of }) => of?.operation))).toEqual(new Set([OPERATION]));
  });
});

describe('the dry run', () => {
  const plan = (name: string): Plan => ({
    ...{ verb: 'up', repository: { guid: webapp.guid, name }, complete: false, notices: [] },
    steps: [{ index: 0, kind: 'open', onFailure: 'stop' }],
  });
  const engine: NonNullable<Scene['engine']> = {
    start: () => Promise.reject(new AppError('internal', { reason: 'a dry run starts nothing' })),
    plan: (_, { repository: name }) =>
      name === 'db'
        ? Promise.reject(new AppError('nothing-to-start', { name, path: '/p' }))
        : Promise.resolve({ plan: plan(name), digest: `of-${name}` }),
  };

  test('shows the plan of each, made by the machine, and what would be refused', async () => {
    const ran = await rdc('repo up-all --include-forks --dry-run', { answers: mixed, engine });
    expect([ran.exit, ran.stdout.split('\n').filter((line) => !line.startsWith('  →'))]).toEqual([
      10,
      [
        'up of api would do:',
        '   1. Open the volume',
        'Its Rediaccfiles can be seen once it is mounted; what follows is decided then.',
        expect.stringMatching(/^✗ db: .*Rediaccfile/),
        'up of copy would do:',
        '   1. Open the volume',
        'Its Rediaccfiles can be seen once it is mounted; what follows is decided then.',
        '',
      ],
    ]);
  });

  test('is one document for programs, with each digest', async () => {
    const ran = await rdc('repo up-all --dry-run --output json', { answers: mixed, engine });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      ...{ verb: 'up-all', dryRun: true, machines: ['prod-1'], leftOut: [{ repository: 'copy' }] },
      plans: [
        { repository: 'api', plan: plan('api'), digest: 'of-api' },
        { repository: 'db', error: { code: 'nothing-to-start' } },
      ],
    });
  });
});

describe('every machine of the context', () => {
  const unreachable = new AppError('machine-unreachable', { host: 'gone', port: 22, reason: 'no route' });
  const scene: Scene = {
    machines: ['gone', 'web-1'],
    engine: {
      ...succeeds,
      request: ({ machine: { name } }) =>
        name === 'gone' ? Promise.reject(unreachable) : Promise.resolve(open['repository.list'] as never),
    },
  };

  test('one that cannot be reached is its own failure; lines and rows name the machine', async () => {
    const { exit, stdout } = await rdc('repo down-all --all-machines', scene);
    const lines = stdout.trimEnd().split('\n');
    expect([exit, lines.slice(lines.indexOf('') + 1)]).toEqual([
      10,
      [
        'MACHINE  NAME  VERDICT    DURATION  ERROR',
        'prod-1   api   succeeded  0 s',
        'prod-1   db    succeeded  0 s',
        expect.stringMatching(/^gone {11}failed {5}0 s {7}gone:22 cannot be reached/),
        'web-1    api   succeeded  0 s',
        'web-1    db    succeeded  0 s',
        'Left out, as they are forks: prod-1/copy, web-1/copy.',
      ],
    ]);
    expect(lines.filter((line) => line.startsWith('web-1/db   │ ')).length).toBeGreaterThan(0);
  });

  test('a machine that was named ends the command with its own error', async () => {
    const engine = { request: () => Promise.reject(unreachable) };
    expect((await rdc('repo down-all -m prod-1', { engine })).exit).toBe(6);
  });
});
