import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../electron/engine/engine.ts';
import { AppError } from '../../../shared/errors.ts';
import { rdc } from '../../rdc.fixtures.ts';
import type { Scene } from '../../rdc.fixtures.ts';

type End = Awaited<Awaited<ReturnType<Engine['execute']>>['exit']>;

/** Makes an `execute` whose command writes a line, then ends like `end`; without `end` it runs until it is killed. */
function command(started: unknown[], end?: End): Engine['execute'] {
  return (_, words, options) => {
    started.push([words, options]);
    const stdout = new PassThrough();
    stdout.write('out\n');
    const stderr = new PassThrough();
    let settle: (ended: End) => void = () => undefined;
    const exit = new Promise<End>((resolve) => (settle = resolve));
    const close = (ended: End): void => {
      stdout.end();
      stderr.end();
      settle(ended);
    };
    if (end !== undefined) close(end);
    const kill = (): void => close({ code: null, signal: null });
    return Promise.resolve({ stdin: new PassThrough(), stdout, stderr, exit, kill });
  };
}

const open = { 'repository.status': { mounted: true, name: 'webapp' } };
const closed = { 'repository.status': { mounted: false, name: 'webapp' } };

describe('rdc repo exec', () => {
  it.each([
    ['its exit code', { code: 7, signal: null }, 7],
    ['a signal', { code: null, signal: 'KILL' }, 137],
    ['the link', { code: null, signal: null }, 6],
  ])('ends as the command does: by %s', async (_, end, code) => {
    const started: unknown[] = [];
    const { exit, stdout } = await rdc('repo exec webapp -- ls -l', {
      answers: open,
      engine: { execute: command(started, end) },
    });
    expect([exit, stdout, started]).toEqual([code, 'out\n', [[['exec', 'webapp', '--', 'ls', '-l'], {}]]]);
  });

  it('is cancelled by Ctrl-C', async () => {
    const { exit, stdout, stderr } = await rdc('repo exec webapp -- sleep 60', {
      answers: open,
      engine: { execute: command([]) },
      onInterrupt: (press) => void setImmediate(press),
    });
    expect([exit, stdout, stderr]).toEqual([130, 'out\n', '']);
  });

  it('starts nothing in a closed repository, and says so in the form and language asked for', async () => {
    const started: unknown[] = [];
    const scene: Scene = {
      answers: closed,
      engine: { execute: command(started, { code: 0, signal: null }) },
    };
    const toProgram = await rdc('repo exec webapp --output json -- ls', scene);
    expect([toProgram.exit, JSON.parse(toProgram.stdout)]).toMatchObject([
      9,
      { error: { code: 'not-mounted', details: { name: 'webapp' } } },
    ]);
    const toPeople = await rdc('repo exec webapp --lang fr -- ls', scene);
    expect([toPeople.exit, toPeople.stderr]).toEqual([9, expect.stringContaining('n’est pas monté')]);
    expect(started).toEqual([]);
  });

  it('says what is missing on a machine that is not set up', async () => {
    const missing = new AppError('machine-not-set-up', { machine: 'prod-1', missing: 'renet' });
    const { exit, stderr } = await rdc('repo exec webapp -- ls', {
      engine: { request: () => Promise.reject(missing), execute: command([], { code: 127, signal: null }) },
    });
    expect([exit, stderr]).toEqual([9, expect.stringContaining('rdc context setup-machine prod-1')]);
  });
});
