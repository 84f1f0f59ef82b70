import { describe, expect, test } from 'vitest';
import { AppError, toWire } from '../../../shared/errors.ts';
import type { AutostartEntry, AutostartList, OperationSummary, Verdict } from '../../../shared/model.ts';
import { entry, list, missing, NOTE } from './autostart.fixtures.ts';
import { following, OPERATION, rdc, repository } from '../../rdc.fixtures.ts';

const succeeds = following({ kind: 'succeeded' });

function operation(more: Partial<OperationSummary> = {}): OperationSummary {
  const head = { id: OPERATION, verb: 'up', repository, by: 'boot', startedAt: 10_000 } as const;
  return { ...head, origin: 'boot', state: 'succeeded', endedAt: 40_000, ...more };
}

const unit = toWire(new AppError('autostart-unit', { unit: 'rediacc-autostart.service', found: 'disabled' }));

describe('enable', () => {
  test.each([
    ['', {}],
    ['--after db --delay 30', { after: 'db', delay: 30 }],
    ['--no-after --delay 0', { after: null, delay: 0 }],
  ])('%s: always with the passphrase, after the note', async (words, options) => {
    const ran = await rdc(`repo autostart enable webapp --passphrase-file - ${words}`, {
      stdin: 'sesame\n',
      engine: succeeds,
    });
    expect(ran).toMatchObject({
      exit: 0,
      asked: [['start', { verb: 'autostart-enable', repository: 'webapp', options }, 'sesame']],
      stderr: expect.stringMatching(NOTE) as string,
    });
  });

  test('the note stands before the question, in the language of the person', async () => {
    const scene = { terminal: true, stdin: 'sesame\r', engine: succeeds };
    const { stderr } = await rdc('--lang fr repo autostart enable webapp', scene);
    expect(stderr).toMatch(/Toute personne ayant un accès root.*vaut accord\.[^]*Phrase secrète de webapp/);
  });

  test('a program gets its document and no note', async () => {
    const { stdout, stderr } = await rdc('repo autostart enable webapp --passphrase-file - --output json', {
      stdin: 'sesame\n',
      engine: succeeds,
    });
    expect([JSON.parse(stdout), stderr]).toEqual([
      expect.objectContaining({ verb: 'autostart-enable', repository: 'webapp', operation: OPERATION }),
      '',
    ]);
  });

  test.each([
    ['enable webapp', 2],
    ['enable webapp --delay 3601', 2],
    ['enable', 2],
    ['', 2],
    ['enable-all --passphrase-file a --passphrases-file b', 2],
    ['--help', 0],
  ])('rdc repo autostart %s ends with %i and asks the machine nothing', async (words, exit) => {
    const ran = await rdc(`repo autostart ${words}`);
    expect([ran.exit, ran.asked]).toEqual([exit, []]);
  });
});

test('disable asks for nothing', async () => {
  const ran = await rdc('repo autostart disable webapp', { engine: succeeds });
  expect([ran.exit, ran.asked, ran.stderr]).toEqual([
    0,
    [['start', { verb: 'autostart-disable', repository: 'webapp', options: {} }]],
    '',
  ]);
});

describe('verify', () => {
  const verify = (answer: AutostartEntry, words = '') =>
    rdc(`repo autostart verify webapp ${words}`, { answers: { 'autostart.verify': answer } });

  test('of a healthy one is a sentence', async () => {
    expect(await verify(entry('webapp', { enabled: true }))).toMatchObject({
      exit: 0,
      stdout: 'The autostart key opens key slot 1 of "webapp": it starts at boot.\n',
    });
  });

  test('names every problem with what to do, and fails', async () => {
    const broken = entry('webapp', { enabled: true, problems: [missing, unit] });
    const { exit, stdout } = await verify(broken);
    expect([exit, stdout.split('\n')]).toEqual([
      1,
      [
        '✗ The autostart key of "db" is missing: /k/db.key.',
        '  → Run `rdc repo autostart enable db` again, or disable it.',
        expect.stringContaining('rediacc-autostart.service is disabled'),
        expect.stringContaining('→ Run `rdc repo autostart enable`'),
        '',
      ],
    ]);
    const program = await verify(broken, '--output json');
    expect([program.exit, JSON.parse(program.stdout)]).toEqual([1, broken]);
  });

  test('of one that is not enabled is an error', async () => {
    const { exit, stderr } = await verify(entry('webapp'));
    expect([exit, stderr]).toEqual([9, expect.stringContaining('"webapp" does not start at boot')]);
  });
});

describe('list', () => {
  const verdict: Verdict = {
    kind: 'failed',
    error: toWire(new AppError('autostart-key-refused', { name: 'db' })),
    failures: [],
    notRun: [],
  };
  const found: AutostartList = {
    unit: { problem: unit },
    repositories: [
      entry('web', { enabled: true, after: 'db', delay: 30, lastBoot: operation() }),
      entry('db', { enabled: true, problems: [missing], lastBoot: operation({ state: 'failed', verdict }) }),
      entry('old', { lastBoot: operation({ state: 'failed', verdict }) }),
    ],
  };

  test('shows each, then what is wrong: the unit once, drift, and how the last boot failed', async () => {
    const { exit, stdout } = await rdc('repo autostart list', { answers: { 'autostart.list': found } });
    expect([exit, stdout.split('\n')]).toEqual([
      0,
      [
        'NAME  AUTOSTART     AFTER  DELAY  LAST BOOT',
        'web   needs repair  db     30 s   succeeded, 1 min ago',
        'db    needs repair                failed, 1 min ago',
        'old   off                         failed, 1 min ago',
        '',
        expect.stringContaining('✗ The service that starts repositories at boot is not in place'),
        expect.stringContaining('→'),
        '✗ The autostart key of "db" is missing: /k/db.key.',
        expect.stringContaining('→'),
        '✗ The last boot of "db" ended with: failed. The autostart key of "db" does not open key slot 1.',
        `  → Its log: \`rdc op follow ${OPERATION}\`.`,
        '',
      ],
    ]);
  });

  test('in good order there is nothing under the table; without repositories there is none', async () => {
    const good = list(entry('web', { enabled: true }), entry('db'));
    const shown = async (answer: AutostartList) =>
      (await rdc('repo autostart list', { answers: { 'autostart.list': answer } })).stdout;
    expect([await shown(good), await shown(list())]).toEqual([
      'NAME  AUTOSTART  AFTER  DELAY  LAST BOOT\nweb   on                       never\ndb    off                      never\n',
      'None.\n',
    ]);
  });

  test('to a program it is the whole list', async () => {
    const { stdout } = await rdc('repo autostart list --output json', {
      answers: { 'autostart.list': found },
    });
    expect(JSON.parse(stdout)).toEqual(found);
  });
});

describe('elsewhere', () => {
  const shown = {
    ...repository,
    networkId: 2816,
    created: '2026-01-01T00:00:00Z',
    state: 'closed',
    size: 1024,
    path: '/mnt/rediacc/repos/webapp',
    services: [],
    running: 0,
    notices: [],
    autostart: {
      enabled: true,
      lastBoot: operation(),
      lastShutdown: operation({ verb: 'down', origin: 'shutdown', state: 'warnings' }),
    },
  };

  test('repo list has a column', async () => {
    const off = { ...shown, name: 'db', autostart: { enabled: false } };
    const { stdout } = await rdc('repo list', { answers: { 'repository.list': [shown, off] } });
    expect(stdout.split('\n').map((line) => line.slice(line.indexOf('2816')))).toMatchObject({
      1: '2816        on',
      2: '2816',
    });
  });

  test('repo status has how the last boot and shutdown went', async () => {
    const { stdout } = await rdc('repo status webapp', { answers: { 'repository.status': shown } });
    expect(stdout.split('\n').slice(-4)).toEqual([
      'Autostart      on',
      `Last boot      up ${OPERATION} (succeeded), 1 min ago`,
      `Last shutdown  down ${OPERATION} (succeeded with warnings), 1 min ago`,
      '',
    ]);
  });

  test('op list and op show tell what a boot or a shutdown started', async () => {
    const operations = [
      operation({ by: 'renet' }),
      operation({ by: 'renet', origin: 'shutdown' }),
      operation({ by: 'ann@desk', origin: 'person' }),
    ];
    const listed = await rdc('op list', { answers: { 'operation.list': operations } });
    expect(listed.stdout.split('\n').map((line) => line.split(/ {2,}/).at(-1))).toEqual([
      'BY',
      'boot',
      'shutdown',
      'ann@desk',
      '',
    ]);
    const one = await rdc(`op show ${OPERATION} -m prod-1 --lang fr`, {
      answers: { 'operation.show': operations[0] },
    });
    expect(one.stdout).toMatch(/^Par +démarrage$/m);
  });
});
