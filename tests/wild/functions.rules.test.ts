// Rediaccfiles as people write them, on true bash.

import { spawnSync } from 'node:child_process';
import { afterEach, describe, expect, it } from 'vitest';
import { fromWire } from '../../shared/errors.ts';
import { cgroupRoot, makeRepository } from '../support/nativeRepository.ts';
import type { Finished, NativeRepository } from '../support/nativeRepository.ts';
import { wildCase } from '../support/wildCase.ts';

const repositories: NativeRepository[] = [];
function caseOf(name: string): NativeRepository {
  const made = makeRepository(wildCase(name));
  repositories.push(made);
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

/** Returns the error of a verdict as data. */
function failure({ verdict }: Finished): unknown {
  if (verdict?.error === undefined) return verdict?.kind;
  const { code, details } = fromWire(verdict.error);
  return { code, ...details };
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';
const hasPager = ['git', 'less'].every((program) => spawnSync(program, ['--version']).status === 0);

describe.skipIf(root === undefined)(`Rediaccfiles as people write them${skipped}`, () => {
  it('01-bom-hides-up', async () => {
    const repository = caseOf('01-bom-hides-up');
    const refused = { code: 'rediaccfile-encoding', file: 'Rediaccfile', reason: 'byte-order-mark' };
    expect(failure(await repository.run('up'))).toMatchObject(refused);
    repository.flags.daemon = true;
    const { verdict } = await repository.run('down');
    expect(verdict?.failures.map(({ error }) => error?.code)).toEqual(['rediaccfile-encoding']);
  });

  it('03-dollar-zero', async () => {
    const repository = caseOf('03-dollar-zero');
    const { verdict, output } = await repository.run('up');
    expect([verdict?.kind, output]).toEqual(['succeeded', `${repository.root}/stock\r\n`]);
    expect(repository.read('stock/data/seed')).toBe('seed\n');
  });

  it('05-tee-loses-the-reason', async () => {
    for (let time = 1; time <= 10; time += 1) {
      const repository = caseOf('05-tee-loses-the-reason');
      const { verdict, output } = await repository.run('up');
      expect([verdict?.kind, output.trim().split('\r\n').at(-1)]).toEqual([
        'failed',
        'cannot reach the registry',
      ]);
      expect(repository.read('deploy.log')).toMatch(/cannot reach the registry\n$/);
    }
  }, 120_000);

  it('07-background-not-named', async () => {
    const { verdict, events } = await caseOf('07-background-not-named').run('up');
    const notices = events.filter(({ type }) => type === 'notice');
    expect([verdict?.kind, notices.length]).toEqual(['succeeded', 1]);
    expect(JSON.stringify(notices)).toMatch(/left-running.*sleep 900/);
  });

  it('22-extglob', async () => {
    const { verdict, output } = await caseOf('22-extglob').run('up');
    expect([verdict?.kind, output]).toEqual(['succeeded', 'keep.txt\r\n']);
  });

  it('24-errexit-last-line', async () => {
    const repository = caseOf('24-errexit-last-line');
    expect((await repository.run('up')).verdict?.kind).toBe('succeeded');
    expect(repository.read('state')).toBe('started\n');
  });

  it('runs a file with a trap of its own on RETURN, and says nothing of it', async () => {
    const made = makeRepository({ Rediaccfile: "trap ': mine' RETURN\nset -e\nup() { echo started; }\n" });
    repositories.push(made);
    expect((await made.run('up')).output).toBe('started\r\n');
  });

  it('25-ends-itself', async () => {
    expect(failure(await caseOf('25-ends-itself').run('up'))).toMatchObject({
      code: 'rediaccfile-ended-at',
      ...{ file: 'Rediaccfile', function: 'prep', line: 10, reason: 'ended-before' },
    });
  });

  it.skipIf(!hasPager)(`28-pager${hasPager ? '' : ' (SKIPPED: needs git and less)'}`, async () => {
    const { verdict, output } = await caseOf('28-pager').run('up');
    const steps = output.split('\r\n').filter((line) => / step \d+/.test(line));
    expect([verdict?.kind, steps.length]).toEqual(['succeeded', 60]);
  });
});
