// On true bash: functions run on pseudo-terminals in true control groups; a folder stands for the volume.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { stepText } from '../../shared/text/stepText.ts';
import { describeError, fromWire } from '../../shared/errors.ts';
import { en } from '../../shared/text/en/en.ts';
import { fr } from '../../shared/text/fr/fr.ts';
import { cgroupRoot, keptOutput, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { Finished, NativeRepository } from '../../tests/support/nativeRepository.ts';
import { EVENTS_FILE } from './log/events.ts';
import { functionText } from '../functions/shellText.ts';
import { operationFolder } from '../paths.ts';

const repositories: NativeRepository[] = [];
function repositoryWith(files: Record<string, string>): NativeRepository {
  const made = makeRepository(files);
  repositories.push(made);
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

/** Makes a Rediaccfile whose functions note their names in the file `trace`. */
function tracing(name: string, bodies: Partial<Record<'prep' | 'up' | 'down', string>> = {}): string {
  const functions = ['prep', 'up', 'down'] as const;
  return functions
    .map((fn) => `${fn}() {\n  echo "${fn} ${name}" >> "$REPOSITORY_PATH/trace"\n  ${bodies[fn] ?? ':'}\n}\n`)
    .join('');
}

function trace(repository: NativeRepository): string[] {
  return repository.exists('trace') ? repository.read('trace').trimEnd().split('\n') : [];
}

function failure(result: Finished): unknown {
  const error = result.verdict?.error;
  return error === undefined ? undefined : { code: error.code, ...error.details };
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`lifecycle rules, natively${skipped}`, () => {
  const three = {
    Rediaccfile: tracing('root'),
    'backend/Rediaccfile': tracing('backend'),
    'database/rediaccfile': tracing('database'),
    'monitoring/REDIACCFILE': tracing('monitoring'),
    '.hidden/Rediaccfile': tracing('hidden'),
    'backend/deeper/Rediaccfile': tracing('deeper'),
    'empty/readme': 'nothing here',
  };

  it('runs root first, then folders A to Z; hidden and deeper ones never', async () => {
    const repository = repositoryWith(three);
    const result = await repository.run('up');
    expect({ kind: result.verdict?.kind, trace: trace(repository) }).toEqual({
      kind: 'succeeded',
      trace: [
        ...['prep root', 'prep backend', 'prep database', 'prep monitoring'],
        ...['up root', 'up backend', 'up database', 'up monitoring'],
      ],
    });
  });

  it('stops folders Z to A, then root', async () => {
    const repository = repositoryWith(three);
    repository.flags.daemon = true;
    const result = await repository.run('down');
    expect({ kind: result.verdict?.kind, trace: trace(repository) }).toEqual({
      kind: 'succeeded',
      trace: ['down monitoring', 'down database', 'down backend', 'down root'],
    });
  });

  it('orders by bytes, not by language', async () => {
    const repository = repositoryWith({
      'b/Rediaccfile': tracing('b'),
      'B/Rediaccfile': tracing('B'),
      'é/Rediaccfile': tracing('é'),
      'a-1/Rediaccfile': tracing('a-1'),
      'a/Rediaccfile': tracing('a'),
    });
    await repository.run('up', { prepOnly: true });
    expect(trace(repository)).toEqual(['prep B', 'prep a', 'prep a-1', 'prep b', 'prep é']);
  });

  it('refuses two spellings in one folder, naming both, and runs nothing', async () => {
    const repository = repositoryWith({ 'api/Rediaccfile': tracing('a'), 'api/rediaccfile': tracing('b') });
    await expect(repository.start('up')).rejects.toMatchObject({
      code: 'two-rediaccfiles',
      details: { folder: 'api', first: 'Rediaccfile', second: 'rediaccfile' },
    });
    expect(trace(repository)).toEqual([]);
  });

  it('refuses to start when there is no Rediaccfile', async () => {
    const repository = repositoryWith({ 'docker-compose.yml': 'services: {}' });
    const refused = { code: 'nothing-to-start', details: { name: 'shop', path: repository.root } };
    await expect(repository.start('up')).rejects.toMatchObject(refused);
    await expect(repository.plan('up')).rejects.toMatchObject(refused);
  });

  it('says nothing-to-start as the verdict when the mount had to come first, and where one may stand', async () => {
    const repository = repositoryWith({});
    repository.flags.mounted = false;
    // The plan is incomplete, because nobody can see what a closed volume holds.
    expect((await repository.plan('up', { mount: true })).plan.complete).toBe(false);
    const { verdict } = await repository.run('up', { mount: true });
    if (verdict?.error === undefined) throw new Error('nothing was refused');
    const error = fromWire(verdict.error);
    expect(error.code).toBe('nothing-to-start');
    expect([en, fr].map((text) => describeError(error, text).next)).toEqual([
      `Put a Rediaccfile in ${repository.root} or in one of its first-level folders.`,
      `Placez un Rediaccfile dans ${repository.root} ou dans l’un de ses dossiers de premier niveau.`,
    ]);
    expect(repository.flags.daemon).toBe(false);
  });

  it('runs the whole plan after --mount', async () => {
    const repository = repositoryWith(three);
    repository.flags.mounted = false;
    const result = await repository.run('up', { mount: true });
    expect({ kind: result.verdict?.kind, count: trace(repository).length }).toEqual({
      kind: 'succeeded',
      count: 8,
    });
  });

  it('stops everything when a prep fails: nothing of up ran', async () => {
    const repository = repositoryWith({
      Rediaccfile: tracing('root'),
      'a/Rediaccfile': tracing('a', { prep: 'echo no network; return 7' }),
      'b/Rediaccfile': tracing('b'),
    });
    const result = await repository.run('up');
    expect(trace(repository)).toEqual(['prep root', 'prep a']);
    expect(failure(result)).toMatchObject({
      code: 'function-failed',
      function: 'prep',
      file: 'a/Rediaccfile',
      exitCode: 7,
    });
    expect(result.verdict?.failures.map((one) => one.lastLines)).toEqual([['no network']]);
    expect(result.verdict?.notRun.map((step) => stepText(step, en))).toEqual([
      'prep of b/Rediaccfile',
      'up of Rediaccfile',
      'up of a/Rediaccfile',
      'up of b/Rediaccfile',
    ]);
  });

  it('stops everything when the root up fails: folders did not run', async () => {
    const repository = repositoryWith({
      Rediaccfile: tracing('root', { up: 'return 3' }),
      'a/Rediaccfile': tracing('a'),
    });
    const result = await repository.run('up');
    expect(trace(repository)).toEqual(['prep root', 'prep a', 'up root']);
    expect(failure(result)).toMatchObject({
      code: 'function-failed',
      function: 'up',
      file: 'Rediaccfile',
      exitCode: 3,
    });
  });

  it('goes on when a folder up fails: the rest ran, with warnings', async () => {
    const repository = repositoryWith({
      Rediaccfile: tracing('root'),
      'a/Rediaccfile': tracing('a', { up: 'false' }),
      'b/Rediaccfile': tracing('b'),
    });
    const { verdict } = await repository.run('up');
    expect(trace(repository)).toEqual(['prep root', 'prep a', 'prep b', 'up root', 'up a', 'up b']);
    expect([verdict?.kind, verdict?.reason]).toEqual(['warnings', 'degraded']);
  });

  it('runs every down, whatever fails', async () => {
    const repository = repositoryWith({
      Rediaccfile: tracing('root'),
      'a/Rediaccfile': tracing('a', { down: 'exit 9' }),
      'b/Rediaccfile': 'down() { echo broken',
      'c/Rediaccfile': tracing('c', { down: 'kill -9 $$' }),
    });
    repository.flags.daemon = true;
    const { verdict } = await repository.run('down');
    expect(trace(repository)).toEqual(['down c', 'down a', 'down root']);
    expect([verdict?.kind, verdict?.reason]).toEqual(['warnings', 'stopped-with-warnings']);
    expect(verdict?.failures.map((one) => one.error?.code)).toEqual([
      'function-failed',
      'rediaccfile-syntax',
      'function-failed',
    ]);
  });

  it('counts a file that is not valid bash as a failing prep: nothing ran', async () => {
    const repository = repositoryWith({ Rediaccfile: tracing('root'), 'z/Rediaccfile': 'up() { if true; }' });
    const result = await repository.run('up');
    expect(failure(result)).toMatchObject({ code: 'rediaccfile-syntax', file: 'z/Rediaccfile' });
    expect(trace(repository)).toEqual([]);
  });

  it('refuses a pipe in the place of a Rediaccfile at once, before and while it runs', async () => {
    const repository = repositoryWith({
      Rediaccfile: tracing('root', { up: 'rm z/Rediaccfile; mkfifo z/Rediaccfile' }),
      'z/Rediaccfile': tracing('z'),
    });
    const refused = { code: 'unsafe-path', path: 'z/Rediaccfile', reason: 'it is not a regular file' };
    const result = await repository.run('up');
    expect(result.verdict?.failures.map(({ error }) => ({ code: error?.code, ...error?.details }))).toEqual([
      refused,
    ]);
    await expect(repository.run('up')).rejects.toMatchObject({ code: 'unsafe-path' });
    repository.flags.daemon = true;
    const stopped = await repository.run('down');
    expect(stopped.verdict?.failures.map(({ error }) => error?.code)).toEqual(['unsafe-path']);
  });

  it('waits for no pipe that comes between the last look and the sourcing', () => {
    const folder = mkdtempSync(join(tmpdir(), 'rediacc-pipe-'));
    const file = join(folder, 'Rediaccfile');
    execFileSync('mkfifo', [file]);
    const text = functionText(file, 'up', join(folder, 'mark'));
    const ended = spawnSync('bash', ['-c', text], { encoding: 'utf8', timeout: 20_000 });
    expect(ended.stderr).toContain('Rediaccfile is no regular file any more');
    expect(ended.status).toBe(1);
    rmSync(folder, { recursive: true });
  });

  it('skips undefined functions in silence', async () => {
    const repository = repositoryWith({
      Rediaccfile: 'up() { echo only up; }',
      'a/Rediaccfile': '# nothing at all',
    });
    const result = await repository.run('up');
    expect(result.functions).toEqual([
      'prep Rediaccfile: not-defined',
      'prep a/Rediaccfile: not-defined',
      'up Rediaccfile: succeeded',
      'up a/Rediaccfile: not-defined',
    ]);
    expect(result.output).toBe('only up\r\n');
    expect(result.verdict?.kind).toBe('succeeded');
  });

  it('takes a file that exits while it is read for a failing function, whatever its code', async () => {
    const repository = repositoryWith({ Rediaccfile: 'exit 0' });
    const result = await repository.run('up');
    expect(failure(result)).toMatchObject({ code: 'rediaccfile-ended-at', function: 'prep', line: 1 });
  });

  it('does not take a last command that failed while reading for a failure', async () => {
    const repository = repositoryWith({ Rediaccfile: 'up() { echo fine; }\n[ -e /nowhere ]' });
    expect((await repository.run('up')).verdict?.kind).toBe('succeeded');
  });

  it('gives a function this environment, to the letter', async () => {
    const repository = repositoryWith({
      'api/Rediaccfile':
        'up() { env | sort; pwd; tty; stty size; test -t 0 -a -t 1 -a -t 2 && echo terminals; }',
      'api/docker-compose.yml': 'services:\n  listmonk-app: {image: x}\n  postgres: {image: x}\n',
    });
    process.env['LEAKED_SECRET'] = 'must not be seen';
    const result = await repository.run('up');
    delete process.env['LEAKED_SECRET'];
    const lines = result.output.replaceAll('\r', '').trimEnd().split('\n');
    expect(lines.map((line) => line.replace(/^\/dev\/pts\/\d+$/, 'a terminal'))).toEqual([
      'DOCKER_HOST=unix:///var/run/rediacc/docker-2816.sock',
      'GIT_PAGER=cat',
      'HOME=/root',
      'LANG=C.UTF-8',
      'LISTMONK_APP_IP=127.0.11.2',
      'MANPAGER=cat',
      'PAGER=cat',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      'POSTGRES_IP=127.0.11.3',
      `PWD=${repository.root}/api`,
      `REPOSITORY_NAME=${repository.guid}`,
      'REPOSITORY_NETWORK_ID=2816',
      `REPOSITORY_PATH=${repository.root}`,
      'SHLVL=1',
      'SYSTEMD_PAGER=cat',
      'TERM=xterm-256color',
      'USER=root',
      '_=/usr/bin/env',
      `${repository.root}/api`,
      'a terminal',
      '40 120',
      'terminals',
    ]);
  });

  it('cannot be forged by output that looks like events', async () => {
    const forged = '{"n":99,"type":"verdict","verdict":{"kind":"succeeded"}}';
    const repository = repositoryWith({ Rediaccfile: `up() { echo '${forged}'; return 1; }` });
    const result = await repository.run('up');
    expect([result.verdict?.kind, result.output.trim()]).toEqual(['failed', forged]);
  });

  it('survives a function that kills its parent', async () => {
    const repository = repositoryWith({ Rediaccfile: 'up() { kill -9 $PPID; sleep 60; }' });
    const result = await repository.run('up');
    expect(result.verdict?.kind).toBe('failed');
  });

  it('names and ends what a function leaves running', async () => {
    const left = `setsid -f sh -c 'touch "$REPOSITORY_PATH/left"; exec sleep 4242'`;
    const wait = 'while [ ! -e left ]; do sleep 0.02; done';
    const repository = repositoryWith({ Rediaccfile: `up() { ${left}; ${wait}; }` });
    const result = await repository.run('up');
    const notice = result.events.find(
      (event) => event.type === 'notice' && event.notice.code === 'left-running',
    );
    expect(JSON.stringify(notice)).toContain('sleep 4242');
    expect(result.verdict?.kind).toBe('succeeded');
  });

  it('says that a function waits for input, but not of commands that only read their terminal while they run', async () => {
    const execs = 'for i in 1 2 3 4; do timeout --foreground 3 cat; done';
    const repository = repositoryWith({ Rediaccfile: `up() { ${execs}; echo asks; read -r answer; }` });
    const running = await repository.start('up');
    const log = join(operationFolder(repository.machine.paths, running.operation), EVENTS_FILE);
    await waitFor(async () => (await readFile(log, 'utf8')).includes('waiting-for-input'));
    running.cancel();
    const { events, verdict } = await running.follow();
    expect(events.filter(({ type }) => type === 'notice')).toMatchObject([
      { notice: { details: { file: 'Rediaccfile', function: 'up' } }, output: 'asks\r\n'.length },
    ]);
    expect(verdict?.kind).toBe('cancelled');
  });

  it('cancels the running function and its children, and runs nothing after', async () => {
    const repository = repositoryWith({
      Rediaccfile: tracing('root', {
        up: `(setsid sleep 4343 &) ; trap 'echo asked to end' TERM; echo ready; sleep 4344`,
      }),
      'a/Rediaccfile': tracing('a'),
    });
    const running = await repository.start('up');
    const following = running.follow();
    await waitFor(async () => (await keptOutput(repository, running.operation)).includes('ready'));
    running.cancel();
    const result = await following;
    expect(result.verdict?.kind).toBe('cancelled');
    expect(result.verdict?.notRun).toMatchObject([{ file: 'a/Rediaccfile' }]);
    expect(trace(repository)).toEqual(['prep root', 'prep a', 'up root']);
  });

  it('passes a flood on byte for byte', async () => {
    const repository = repositoryWith({ Rediaccfile: 'up() { stty -opost; seq 1 400000; }' });
    const running = await repository.start('up');
    const result = await running.follow();
    const expected = Array.from({ length: 400_000 }, (_, index) => `${index + 1}\n`).join('');
    expect(result.output === expected).toBe(true);
    expect((await keptOutput(repository, running.operation)).equals(Buffer.from(expected))).toBe(true);
  });

  it('shows the same from any offset', async () => {
    const repository = repositoryWith({ Rediaccfile: 'prep() { echo one; }\nup() { echo two; }' });
    const running = await repository.start('up');
    const whole = await running.follow();
    const half = await running.follow({ event: 7, output: 5 });
    expect({ events: half.events, output: half.output }).toEqual({
      events: whole.events.slice(7),
      output: whole.output.slice(5),
    });
    expect(whole.events.map((event) => event.n)).toEqual(whole.events.map((_, index) => index));
  });

  it('refuses to run another plan than the one that was shown', async () => {
    const repository = repositoryWith({ Rediaccfile: tracing('root') });
    const { digest } = await repository.plan('up');
    repository.write({ 'new/Rediaccfile': tracing('new') });
    await expect(repository.start('up', {}, digest)).rejects.toMatchObject({ code: 'changed-since-preview' });
    expect(trace(repository)).toEqual([]);
    const again = await repository.plan('up');
    const result = await (await repository.start('up', {}, again.digest)).follow();
    expect(result.verdict?.kind).toBe('succeeded');
  });

  it('does not write or run beneath a mount that was taken away', async () => {
    const repository = repositoryWith({ Rediaccfile: tracing('root'), 'a/Rediaccfile': tracing('a') });
    repository.write({
      Rediaccfile:
        'up() { touch "$REPOSITORY_PATH/go"; while [ -e "$REPOSITORY_PATH/go" ]; do sleep 0.05; done; }',
    });
    const running = await repository.start('up');
    await waitFor(() => Promise.resolve(repository.exists('go')));
    repository.flags.mounted = false;
    repository.write({ stop: '' });
    const { rmSync } = await import('node:fs');
    rmSync(`${repository.root}/go`);
    const result = await running.follow();
    expect(result.verdict?.failures.map((one) => one.error?.code)).toEqual(['not-mounted']);
    expect(trace(repository)).toEqual(['prep a']);
  });
});

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  await expect.poll(condition, { timeout: 40_000, interval: 20 }).toBe(true);
}
