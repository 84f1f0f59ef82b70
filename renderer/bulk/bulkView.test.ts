import { describe, expect, it } from 'vitest';
import { keyOfBulkItem } from '../../shared/api/apiModel.ts';
import type { Bulk, BulkPlanItem } from '../../shared/api/apiModel.ts';
import { planUp } from '../../shared/plan/servicePlans.ts';
import { guid, planOf } from '../status/events.fixtures.ts';
import { itemTone, previewOf, shownOf, stepGroups, totalsOf, withoutPassphrase } from './bulkView.ts';

const machine = { context: 'production', name: 'prod-1' };
const item = (repository: string, change: Partial<BulkPlanItem> = {}): BulkPlanItem => ({
  machine,
  guid,
  repository,
  needsPassphrase: false,
  ...change,
});

describe('a preview', () => {
  it('parts what will be begun from what is left out, and names what is locked', () => {
    const preview = previewOf([
      item('webapp', { plan: planOf('up') }),
      item('mail', { needsPassphrase: true }),
      item('staging', { skipped: 'fork' }),
      item('broken', { error: { code: 'nothing-to-start', details: {} } as never }),
    ]);
    const names = (items: readonly BulkPlanItem[]) => items.map(({ repository }) => repository);
    expect([names(preview.targets), names(preview.skipped), names(preview.locked)]).toEqual([
      ['webapp', 'mail', 'broken'],
      ['staging'],
      ['mail'],
    ]);
  });

  const words = (plan: Parameters<typeof stepGroups>[0]) =>
    stepGroups(plan).map(({ word, count }) => (count === 1 ? word : `${word} ${count}`));

  it('says a plan in a few words', () => {
    expect(words(planOf('up'))).toEqual(['daemon-start', 'slots', 'check', 'prep 4', 'up 4']);
    expect(words(planOf('down', true))).toEqual(['check', 'down 4', 'daemon-stop', 'unmount', 'close']);
  });

  it('says the beginning of a plan whose Rediaccfiles nobody can see yet', () => {
    const repository = { guid, name: 'webapp' };
    const plan = planUp({ mount: true }, { repository, path: '/x', inherits: false, volume: 'closed' });
    expect(words(plan)).toEqual(['open', 'mount', 'discover', 'daemon-start']);
  });
});

describe('passphrases', () => {
  const elsewhere = { context: 'production', name: 'prod-2' };
  const [a, b] = [item('a'), item('a', { machine: elsewhere })];
  const locked = [a, b];
  it.each([
    ['one', '', {}, 2],
    ['one', 'x', {}, 0],
    ['each', 'x', {}, 2],
    ['each', '', { [keyOfBulkItem(a)]: 'x', [keyOfBulkItem(b)]: '' }, 1],
    ['each', '', { [keyOfBulkItem(a)]: 'x', [keyOfBulkItem(b)]: 'y' }, 0],
  ] as const)('typed as %s (%j, %j) leave %i without', (mode, one, each, left) => {
    expect(withoutPassphrase(locked, { mode, one, each })).toBe(left);
  });

  it('go to the machine they were typed for, and not to one with the same repository', () => {
    const open = item('open', { digest: 'of-open', guid: 'open' });
    const each = { [keyOfBulkItem(a)]: 'x', [keyOfBulkItem(b)]: '', [keyOfBulkItem(open)]: 'y' };
    const shown = shownOf({ targets: [a, b, open], locked }, { mode: 'each', one: 'z', each });
    expect(shown).toEqual([
      { machine, guid, repository: 'a', passphrase: 'x' },
      { machine: elsewhere, guid, repository: 'a' },
      { machine, guid: 'open', repository: 'open', digest: 'of-open' },
    ]);
  });
});

describe('a running bulk verb', () => {
  const verdict = (kind: 'succeeded' | 'warnings' | 'failed' | 'cancelled') => ({
    state: 'ended' as const,
    verdict: { kind, failures: [], notRun: [] },
  });
  const bulk = (...items: Partial<Bulk['items'][number]>[]) => ({
    items: items.map((one) => ({ machine, guid, repository: 'a', state: 'waiting' as const, ...one })),
  });

  it('counts how far it is and how it ended', () => {
    const mixed = bulk(
      verdict('succeeded'),
      verdict('warnings'),
      verdict('failed'),
      {},
      { state: 'running' },
    );
    expect(totalsOf(mixed)).toEqual({
      ...{ total: 5, ended: 3, succeeded: 1, warnings: 1, failed: 1 },
      ...{ cancelled: 0, lost: 0, left: 0 },
    });
    expect(totalsOf(bulk(verdict('cancelled'), { state: 'not-begun' }))).toMatchObject({
      ...{ ended: 2, cancelled: 1, left: 1 },
    });
  });

  it('is green only where it succeeded; one without a verdict is lost', () => {
    const items = bulk(
      verdict('succeeded'),
      verdict('warnings'),
      verdict('failed'),
      verdict('cancelled'),
      {},
      { state: 'running' },
      { state: 'not-begun' },
      { state: 'ended' },
    ).items;
    expect(items.map(itemTone)).toEqual(['ok', 'warn', 'fail', 'idle', 'idle', 'busy', 'idle', 'stale']);
  });
});
