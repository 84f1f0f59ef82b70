import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HealthCheck } from '../../shared/health.ts';
import type { OperationSummary } from '../../shared/model.ts';
import { jsonOf, leastKeyCost, on, openBench, PASSPHRASE, secret, succeed } from './support/bench.ts';
import type { Bench } from './support/bench.ts';

const json = ['--output', 'json'] as const;
const YEAR_SECONDS = 365 * 24 * 60 * 60;
const QUARTER_MILLISECONDS = 15 * 60 * 1000;

describe('a machine whose clock is a year off', () => {
  let bench: Bench;
  /** Sets the machine's clock this many seconds ahead of ours. */
  const setClock = (ahead: number): Promise<string> =>
    bench.root(`date -s @${Math.floor(Date.now() / 1000) + ahead}`);
  const list = async (): Promise<OperationSummary[]> =>
    jsonOf(await succeed(bench.rdc(['op', 'list', ...on, ...json]))) as OperationSummary[];
  const clockOfHealth = async (): Promise<HealthCheck | undefined> => {
    const { checks } = jsonOf(await bench.rdc(['machine', 'health', 'm', ...json])) as {
      checks: HealthCheck[];
    };
    return checks.find(({ code }) => code === 'clock');
  };

  beforeAll(async () => {
    bench = await openBench();
    await bench.root(`${leastKeyCost}\ntimedatectl set-ntp false || true`);
    await setClock(0);
    await succeed(bench.rdc(['repo', 'create', 'shop', ...on, '--size', '512M', ...secret], PASSPHRASE));
  });
  afterAll(async () => {
    await setClock(0);
    bench.close();
  });

  it('loses no log, lists in the order of what was done, tells ages by our clock, and is named', async () => {
    await setClock(YEAR_SECONDS);
    expect(await clockOfHealth()).toMatchObject({ level: 'error' });
    await succeed(bench.rdc(['repo', 'unmount', 'shop', ...on]));
    await setClock(-YEAR_SECONDS);
    await succeed(bench.rdc(['repo', 'mount', 'shop', ...on, ...secret], PASSPHRASE));
    const operations = (await list()).slice(0, 3);
    expect(operations.map(({ verb, clock }) => [verb, clock])).toEqual([
      ['mount', 'differed'],
      ['unmount', 'differed'],
      // It began in what is the machine's future now.
      ['create', 'in-the-future'],
    ]);
    for (const { startedAt } of operations)
      expect(Math.abs(Date.now() - startedAt)).toBeLessThan(QUARTER_MILLISECONDS);
    await setClock(0);
    expect(await clockOfHealth()).toMatchObject({ level: 'ok' });
    const first = operations.at(-1)?.sequence ?? 0;
    expect(operations.map(({ sequence }) => sequence)).toEqual([first + 2, first + 1, first]);
  });
});
