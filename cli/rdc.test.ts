import { describe, expect, test } from 'vitest';
import { AppError } from '../shared/errors.ts';
import type { Plan } from '../shared/model.ts';
import { following, OPERATION, rdc, repository } from './rdc.fixtures.ts';
import type { Scene } from './rdc.fixtures.ts';
import type { People } from './dependencies.ts';

const succeeds = following({ kind: 'succeeded' });

describe('arguments', () => {
  test.each([
    ['', 2],
    ['nonsense', 2],
    ['repo nonsense', 2],
    ['repo up', 2],
    ['repo up webapp extra', 2],
    ['repo up webapp --nonsense', 2],
    ['repo create webapp', 2],
    ['repo create webapp --size 10X --passphrase-file -', 2],
    ['context add-machine m --ip h --user u --port 0x16', 2],
    ['context add-machine m --ip h --user u --port 70000', 2],
    ['repo logs webapp --tail -1', 2],
    ['--output yaml repo list', 2],
    ['repo list -m absent', 5],
    ['--help', 0],
    ['repo up --help', 0],
    ['--version', 0],
  ])('rdc %s ends with %i', async (words, exit) => {
    expect((await rdc(words)).exit).toBe(exit);
  });

  test('a mistake is told in the language asked for, with what to do next', async () => {
    const { stderr, stdout } = await rdc('--lang fr repo up webapp --nonsense');
    expect([stdout, stderr]).toEqual([
      '',
      expect.stringMatching(/^✗ Il n'y a pas d'option "--nonsense"\.\n {2}→ .*rdc --help.*\n$/),
    ]);
  });

  test('to a program it is one JSON document, wherever the global options stand', async () => {
    for (const words of ['--output json repo up', 'repo up --output json', 'repo up --output=json']) {
      const { stdout, stderr } = await rdc(words);
      expect([JSON.parse(stdout), stderr]).toEqual([
        {
          error: {
            code: 'bad-arguments',
            message: 'The argument "name" is missing.',
            next: 'See `rdc --help`.',
            details: { reason: 'The argument "name" is missing' },
          },
        },
        '',
      ]);
    }
  });

  test.each([
    ['repo', 'Usage: rdc repo'],
    ['', 'Usage: rdc'],
  ])('rdc %s without a command: its help to people, a document to programs', async (words, usage) => {
    const toPeople = await rdc(words);
    expect([toPeople.exit, toPeople.stdout, toPeople.stderr]).toEqual([
      2,
      '',
      expect.stringContaining(usage),
    ]);
    const { exit, stdout } = await rdc(`--output json --lang fr ${words}`);
    expect([exit, JSON.parse(stdout)]).toMatchObject([
      2,
      { error: { code: 'bad-arguments', details: { reason: 'Il manque une commande' } } },
    ]);
  });

  test('help speaks the language of the locale', async () => {
    expect((await rdc('--help', { env: { LANG: 'fr_FR.UTF-8' } })).stdout).toContain('Utilisation :');
    expect((await rdc('repo up -h', { env: { LANG: 'C.UTF-8' } })).stdout).toContain('Global options:');
  });

  test('--context may stand before and after', async () => {
    const answers = { 'repository.list': [] };
    expect([
      (await rdc('--context staging repo list', { answers })).asked[0],
      (await rdc('repo list --context staging -m prod-1', { answers })).asked[0],
    ]).toEqual([
      ['context', 'staging'],
      ['context', 'staging'],
    ]);
  });
});

describe('a verb', () => {
  test('is started with its options, followed, and told to people', async () => {
    const ran = await rdc('repo up webapp -m prod-1 --prep-only', { engine: succeeds });
    expect(ran).toEqual({
      exit: 0,
      asked: [['start', { verb: 'up', repository: 'webapp', options: { prepOnly: true } }]],
      stdout: `up of webapp (operation ${OPERATION})\nRediaccfile up │ Starting services...\n✓ succeeded after 2 s\n`,
      stderr: '',
    });
  });

  test('to a program: one document', async () => {
    const { stdout, stderr } = await rdc('repo down webapp --unmount --output json', { engine: succeeds });
    expect([JSON.parse(stdout), stderr]).toEqual([
      {
        operation: OPERATION,
        machine: 'prod-1',
        repository: 'webapp',
        verb: 'down',
        verdict: { kind: 'succeeded', failures: [], notRun: [] },
      },
      '',
    ]);
  });

  test('with --events: JSON lines as they come, output included, the result last', async () => {
    const { stdout } = await rdc('repo up webapp --events', {
      engine: following({ kind: 'succeeded' }, 'é\n'),
    });
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(lines).toEqual([
      expect.objectContaining({ type: 'started', n: 0 }),
      expect.objectContaining({ type: 'step-started', n: 1 }),
      { type: 'output', position: 0, text: 'é\n' },
      expect.objectContaining({ type: 'verdict', n: 2 }),
      expect.objectContaining({ type: 'result' }),
    ]);
  });

  const error = (code: string) => ({ code, message: '', details: {} });
  test.each([
    [{ kind: 'succeeded' }, 0],
    [{ kind: 'warnings', reason: 'degraded' }, 10],
    [{ kind: 'failed' }, 1],
    [{ kind: 'failed', error: error('function-failed') }, 1],
    [{ kind: 'failed', error: error('wrong-passphrase') }, 3],
    [{ kind: 'failed', error: error('nothing-to-start') }, 9],
    [{ kind: 'cancelled' }, 130],
  ] as const)('that ends %o exits %i', async (verdict, exit) => {
    expect((await rdc('repo up webapp', { engine: following(verdict) })).exit).toBe(exit);
  });

  test('that is lost exits 8 and says so', async () => {
    const follow = () => Promise.resolve({ kind: 'lost' } as const);
    const { exit, stdout } = await rdc('repo up webapp', { engine: { follow } });
    expect([exit, stdout]).toEqual([8, expect.stringContaining('ended without a verdict')]);
  });

  test.each([
    ['repository-busy', 7],
    ['machine-unreachable', 6],
    ['host-key-unknown', 3],
    ['sudo-not-allowed', 4],
  ] as const)('that is refused with %s exits %i', async (code, exit) => {
    const start = () => Promise.reject(new AppError(code));
    expect((await rdc('repo up webapp', { engine: { start } })).exit).toBe(exit);
  });

  test('as a preview starts nothing', async () => {
    const plan: Plan = {
      verb: 'up',
      repository,
      complete: false,
      notices: [],
      steps: [
        { index: 0, kind: 'daemon-start', onFailure: 'stop' },
        { index: 1, kind: 'function', onFailure: 'continue', file: 'api/Rediaccfile', function: 'up' },
      ],
    };
    const engine = { plan: () => Promise.resolve({ plan, digest: 'd' }) };
    const { stdout, asked } = await rdc('repo up webapp --dry-run', { engine });
    expect([stdout.split('\n').slice(0, 3), asked]).toEqual([
      ['up of webapp would do:', '   1. Start the Docker daemon', '   2. up of api/Rediaccfile (if defined)'],
      [],
    ]);
  });
});

describe('closing the connections that fails', () => {
  const remote = { close: () => Promise.reject(new Error('EIO')) };

  test('changes nothing about the answer', async () => {
    const ran = await rdc('repo list --output json', { answers: { 'repository.list': [] }, remote });
    expect([ran.exit, JSON.parse(ran.stdout), ran.stderr]).toEqual([0, [], expect.stringContaining('EIO')]);
  });

  test('nor about the error that ends the command', async () => {
    const engine = { request: () => Promise.reject(new AppError('machine-unreachable', { host: 'h' })) };
    const ran = await rdc('repo list --output json', { engine, remote });
    expect([ran.exit, JSON.parse(ran.stdout)]).toMatchObject([6, { error: { code: 'machine-unreachable' } }]);
  });
});

test('on a terminal a flood without a line feed leaves one row behind, and then all of it', async () => {
  const chunk = 'x'.repeat(1000);
  const { follow } = following({ kind: 'succeeded' });
  const flood: typeof follow = (machine, id, options) =>
    follow(machine, id, {
      ...options,
      onOutput: async () => {
        for (let n = 0; n < 20; n += 1) await options.onOutput(Buffer.from(chunk), n * chunk.length);
      },
    });
  const { stdout } = await rdc('repo up webapp', { terminal: true, engine: { follow: flood } });
  expect(stdout.includes(chunk.repeat(20))).toBe(true);
  expect(stdout.replaceAll(/[^x]/g, '').length).toBeLessThan(20 * (chunk.length + 80));
});

describe('passphrases', () => {
  const closed = { 'repository.status': { mounted: false } };
  const open = { 'repository.status': { mounted: true } };

  test('create always needs one; a terminal is asked twice, and the bytes are wiped', async () => {
    const given: Uint8Array[] = [];
    const start = (_: unknown, __: unknown, { passphrase }: { passphrase?: Uint8Array }) => {
      if (passphrase) given.push(passphrase);
      return Promise.resolve({ operation: OPERATION });
    };
    const words = 'repo create webapp --size 10G';
    const ran = await rdc(words, {
      terminal: true,
      stdin: 'sesame\rsesame\r',
      engine: { ...succeeds, start },
    });
    expect([ran.exit, given]).toEqual([0, [new Uint8Array(6)]]);
    expect(ran.stdout + ran.stderr).not.toContain('sesame');
  });

  test.each([
    ['repo mount webapp --passphrase-file -', closed, ['sesame']],
    ['repo up webapp --mount --passphrase-file -', closed, ['sesame']],
    ['repo mount webapp', open, []],
    ['repo up webapp --mount', open, []],
  ])('%s', async (words, answers, secrets) => {
    const ran = await rdc(words, { answers, stdin: 'sesame\n', engine: succeeds });
    const started = ran.asked.find((call) => Array.isArray(call) && call[0] === 'start') as unknown[];
    expect([ran.exit, started.slice(2)]).toEqual([0, secrets]);
  });

  test('nobody to ask: nothing is started, standard input is not taken for it', async () => {
    const ran = await rdc('repo mount webapp', { answers: closed, stdin: 'sesame\n' });
    expect([ran.exit, ran.asked.length]).toEqual([2, 1]);
    expect(ran.stderr).toContain('--passphrase-file');
  });

  test("sudo's password: from its file once, then it was wrong; a person is asked by name", async () => {
    let people: People | undefined;
    const answers = { 'repository.list': [] };
    const onPeople = (value: People) => (people = value);
    const machine = { machine: { user: 'deploy', name: 'prod-1' } } as Parameters<People['sudoPassword']>[0];
    await rdc('repo list --sudo-password-file -', { answers, onPeople, stdin: 'root me\n' });
    const fromFile = await people?.sudoPassword(machine, false);
    expect([fromFile?.toString(), await people?.sudoPassword(machine, true)]).toEqual(['root me', undefined]);
    await rdc('repo list', { answers, onPeople, terminal: true, stdin: 'typed\ryes\r' });
    expect([
      (await people?.sudoPassword(machine, false))?.toString(),
      await people?.trustHostKey({ host: 'h', type: 'ssh-ed25519', fingerprint: 'SHA256:x' }),
    ]).toEqual(['typed', true]);
    await rdc('repo list', { answers, onPeople });
    expect([
      await people?.sudoPassword(machine, false),
      await people?.trustHostKey({ host: 'h', type: 'ssh-ed25519', fingerprint: 'SHA256:x' }),
    ]).toEqual([undefined, false]);
  });
});

describe('delete', () => {
  test.each([
    ['repo delete webapp', false, '', 9],
    ['repo delete webapp --confirm webap', false, '', 9],
    ['repo delete webapp --confirm webapp', false, '', 0],
    ['repo delete webapp', true, 'webapp\r', 0],
    ['repo delete webapp', true, 'yes\r', 9],
    ['repo delete webapp', true, '\u0003', 130],
  ])('%s (terminal: %s, typed %j) exits %i', async (words, terminal, stdin, exit) => {
    const ran = await rdc(words, { terminal, stdin, engine: succeeds });
    expect([ran.exit, ran.asked.length]).toEqual([exit, exit === 0 ? 1 : 0]);
  });

  test('without its name a program is told that it is to be confirmed', async () => {
    const { exit, stdout } = await rdc('repo delete webapp --output json');
    expect([exit, JSON.parse(stdout)]).toMatchObject([
      9,
      { error: { code: 'confirmation-needed', details: { name: 'webapp' } } },
    ]);
  });
});

describe('Ctrl-C', () => {
  /** Makes a scene in which Ctrl-C is pressed while an operation is followed; `cancelled` gets each cancel request. */
  function scene(presses: number, cancelled: string[]) {
    let release: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => (release = resolve));
    return {
      engine: {
        cancel: (_: unknown, id: string) => {
          cancelled.push(id);
          if (presses === 1) release();
          return Promise.resolve({ ended: false });
        },
        follow: (_: unknown, __: unknown, { signal }: { signal?: AbortSignal }) =>
          Promise.race([
            asked.then(() => ({
              kind: 'verdict' as const,
              verdict: { kind: 'cancelled' as const, failures: [], notRun: [] },
            })),
            new Promise<never>((_resolve, reject) =>
              signal?.addEventListener('abort', () => reject(new AppError('cancelled'))),
            ),
          ]),
      },
      onInterrupt: (press: () => void) => {
        setImmediate(() => {
          for (let n = 0; n < presses; n += 1) press();
        });
      },
    };
  }

  test.each([
    ['repo up webapp', 1, [OPERATION], 'Cancelling'],
    ['repo up webapp', 2, [OPERATION], 'goes on on the machine'],
    [`op follow ${OPERATION} -m prod-1`, 1, [], 'goes on on the machine'],
  ])('%s, pressed %i times', async (words, presses, wanted, sentence) => {
    const cancelled: string[] = [];
    const ran = await rdc(words, scene(presses, cancelled));
    expect([ran.exit, cancelled]).toEqual([130, wanted]);
    expect(ran.stderr).toContain(sentence);
  });

  test.each([['repo up webapp'], [`op follow ${OPERATION} -m prod-1`]])(
    'a program that leaves %s is told what goes on',
    async (words) => {
      const { exit, stdout } = await rdc(`${words} --output json`, scene(2, []));
      expect([exit, JSON.parse(stdout)]).toMatchObject([
        130,
        { error: { code: 'operation-left', details: { id: OPERATION } } },
      ]);
    },
  );

  /** Makes a scene in which Ctrl-C is pressed while the verb is being started; `answers`: the start then succeeds. */
  function startScene(presses: number, cancelled: string[], answers: boolean): Scene {
    const { engine } = scene(1, cancelled);
    let press: () => void = () => undefined;
    return {
      engine: {
        ...engine,
        start: () => {
          for (let n = 0; n < presses; n += 1) press();
          return answers ? Promise.resolve({ operation: OPERATION }) : new Promise<never>(() => undefined);
        },
      },
      onInterrupt: (handler) => (press = handler),
    };
  }

  test('while it is only starting cancels what has begun, and waits for the verdict', async () => {
    const cancelled: string[] = [];
    const ran = await rdc('repo up webapp --output json', startScene(1, cancelled, true));
    expect([ran.exit, cancelled, JSON.parse(ran.stdout)]).toMatchObject([
      130,
      [OPERATION],
      { operation: OPERATION, verdict: { kind: 'cancelled' } },
    ]);
    expect(ran.stderr).toContain('Cancelling as soon as it has begun');
  });

  test('twice while it is only starting waits for nothing', async () => {
    const cancelled: string[] = [];
    const { exit, stdout } = await rdc('repo up webapp --output json', startScene(2, cancelled, false));
    expect([exit, cancelled, JSON.parse(stdout)]).toMatchObject([
      130,
      [],
      { error: { code: 'start-left', details: { verb: 'up', name: 'webapp' } } },
    ]);
  });

  test('a cancel that fails is told in the language asked for', async () => {
    const cancel = () =>
      Promise.reject(new AppError('machine-unreachable', { host: 'h', port: 22, reason: '' }));
    const { engine, onInterrupt } = scene(2, []);
    const ran = await rdc('repo up webapp --lang fr', { engine: { ...engine, cancel }, onInterrupt });
    expect(ran.stderr).toContain('injoignable');
  });
});
