import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { Verdict } from '../../../shared/model.ts';
import { entry, list, missing, NOTE } from './autostart.fixtures.ts';
import { following, OPERATION, rdc, repository } from '../../rdc.fixtures.ts';
import type { Scene } from '../../rdc.fixtures.ts';

const succeeds = following({ kind: 'succeeded' });

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-autostart-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('all', () => {
  const fork = entry('copy', { parent: repository.guid });
  const answers = { 'autostart.list': list(entry('api'), entry('db'), fork, entry('up', { enabled: true })) };

  /** Makes an engine that refuses to start the named repositories. */
  function refusing(...names: string[]): NonNullable<Scene['engine']> {
    return {
      ...succeeds,
      start: (_, { repository: name }) =>
        names.includes(name)
          ? Promise.reject(new AppError('wrong-passphrase', { name }))
          : Promise.resolve({ operation: OPERATION }),
    };
  }

  test.each([
    [[], 0, ['succeeded', 'succeeded']],
    [['db'], 10, ['succeeded', 'failed']],
    [['api', 'db'], 1, ['failed', 'failed']],
  ] as const)('enable-all where %o fail', async (names, exit, verdicts) => {
    const scene = { answers, stdin: 'sesame\n', engine: refusing(...names) };
    const words = 'repo autostart enable-all --exclude-forks --passphrase-file - --output json';
    const ran = await rdc(words, scene);
    const document = JSON.parse(ran.stdout) as { results: { repository: string; verdict: Verdict }[] };
    expect([ran.exit, document.results.map(({ verdict }) => verdict.kind), document]).toEqual([
      exit,
      verdicts,
      expect.objectContaining({ machine: 'prod-1', verb: 'autostart-enable', forks: ['copy'], notBegun: [] }),
    ]);
  });

  test('people see each, and a summary that names what failed and what was left out', async () => {
    const scene = { answers, stdin: 'sesame\n', engine: refusing('db') };
    const { stdout, stderr } = await rdc(
      'repo autostart enable-all --exclude-forks --passphrase-file -',
      scene,
    );
    expect(stdout.slice(stdout.indexOf('✗')).split('\n')).toEqual([
      '✗ failed',
      '  That passphrase does not open "db".',
      '  → Try again; nothing was changed.',
      '',
      'NAME  VERDICT    DURATION  ERROR',
      'api   succeeded  0 s',
      'db    failed     0 s       That passphrase does not open "db".',
      'Left out, as they are forks: copy.',
      '',
    ]);
    expect(stderr).toMatch(NOTE);
  });

  test('a person is asked once, for all of them, forks too', async () => {
    const scene = { answers, terminal: true, stdin: 'sesame\r', engine: succeeds };
    const ran = await rdc('repo autostart enable-all', scene);
    expect([ran.exit, ran.stderr.match(/Passphrase of .*: /g), ran.asked.slice(1)]).toEqual([
      0,
      ['Passphrase of api, db, copy: '],
      ['api', 'db', 'copy'].map((name) => [
        'start',
        { verb: 'autostart-enable', repository: name, options: {} },
        'sesame',
      ]),
    ]);
  });

  test('the bulk file gives each its own; one without a line is its own failure', async () => {
    const file = join(folder, 'passphrases');
    await writeFile(file, 'db\tsesame\n', { mode: 0o600 });
    const ran = await rdc(`repo autostart enable-all --exclude-forks --passphrases-file ${file}`, {
      answers,
      engine: succeeds,
    });
    expect([ran.exit, ran.asked.slice(1)]).toEqual([
      10,
      [['start', { verb: 'autostart-enable', repository: 'db', options: {} }, 'sesame']],
    ]);
    expect(ran.stdout).toContain('api   failed     0 s       The passphrase of "api" is needed');
  });

  test.each([
    ['enable-all --exclude-forks', list(entry('up', { enabled: true }), fork), ['copy']],
    ['disable-all', list(entry('api')), []],
  ])('%s with nothing to do asks nobody', async (words, answer, forks) => {
    const scene = { answers: { 'autostart.list': answer } };
    const ran = await rdc(`repo autostart ${words} --output json`, scene);
    expect([ran.exit, ran.asked.length, JSON.parse(ran.stdout)]).toMatchObject([
      0,
      1,
      { results: [], forks },
    ]);
    const told = await rdc(`repo autostart ${words}`, scene);
    expect(told.stdout).toContain('There is nothing to do on prod-1.');
  });

  test('disable-all takes what is enabled or half done', async () => {
    const answer = list(entry('api'), entry('db', { problems: [missing] }), entry('up', { enabled: true }));
    const ran = await rdc('repo autostart disable-all', {
      answers: { 'autostart.list': answer },
      engine: succeeds,
    });
    expect([ran.exit, ran.asked.slice(1)]).toEqual([
      0,
      ['db', 'up'].map((name) => ['start', { verb: 'autostart-disable', repository: name, options: {} }]),
    ]);
  });

  test('Ctrl-C cancels the one that runs, begins no other, and says so', async () => {
    let press: () => void = () => undefined;
    const cancelled: string[] = [];
    let release: () => void = () => undefined;
    const stopped = new Promise<void>((resolve) => (release = resolve));
    const ran = await rdc('repo autostart enable-all --passphrase-file -', {
      answers,
      stdin: 'sesame\n',
      onInterrupt: (handler) => (press = handler),
      engine: {
        cancel: (_, id) => {
          cancelled.push(id);
          release();
          return Promise.resolve({ ended: false });
        },
        follow: async () => {
          press();
          await stopped;
          return { kind: 'verdict', verdict: { kind: 'cancelled', failures: [], notRun: [] } };
        },
      },
    });
    expect([ran.exit, cancelled, ran.asked.length]).toEqual([130, [OPERATION], 2]);
    expect([ran.stderr, ran.stdout]).toEqual([
      expect.stringContaining('no other repository is begun'),
      expect.stringContaining('Not begun: db, copy.'),
    ]);
  });
});
