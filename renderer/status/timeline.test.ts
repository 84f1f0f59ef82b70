import { describe, expect, it } from 'vitest';
import type { Repository } from '../../shared/model.ts';
import { newerNameSchema } from '../../shared/newerNames.ts';
import {
  entriesByDay,
  entryTarget,
  entryTone,
  EVERYTHING,
  filterEntries,
  repositoriesOf,
} from './timeline.ts';
import type { ToldEntry } from './timeline.ts';

const shop = { guid: '2d25d88d-e186-48b0-aff3-500528150a52', name: 'shop' };
const mail = { guid: '2d25d88d-e186-48b0-aff3-500528150a53', name: 'mail' };
const entry = (more: Partial<ToldEntry> = {}): ToldEntry => ({
  ...{ n: 1, entry: 1, kind: 'container-died', level: 'error', subject: {}, count: 1, details: {} },
  began: { at: 0, boot: { id: 'one', uptime: 5 } },
  ...more,
});
const machine = (...repositories: Partial<Repository>[]) => ({ repositories: repositories as Repository[] });

describe('what an entry leads to', () => {
  const died = entry({ subject: { repository: shop, container: 'shop-api-1', service: 'api' } });

  it('is the log of its operation, also when the repository is gone', () => {
    const ended = entry({
      kind: 'operation-ended',
      subject: { repository: shop, operation: mail.guid },
      details: { verb: 'delete' },
    });
    const target = { kind: 'operation', id: mail.guid, verb: 'delete', repository: shop };
    expect(entryTarget(ended, machine())).toEqual(target);
  });

  it('is the log of its container, under the repository’s name of today, while that can be read', () => {
    const renamed = { guid: shop.guid, name: 'store' };
    expect(entryTarget(died, machine({ ...renamed, daemon: true }))).toEqual({
      ...{ kind: 'container', repository: renamed, service: 'api' },
    });
    expect(entryTarget(died, machine({ ...renamed, daemon: false }))).toEqual({
      ...{ kind: 'repository', guid: shop.guid },
    });
    expect(entryTarget(died, machine())).toBeUndefined();
  });

  it('is the machine for its figures, and nothing for its clock', () => {
    expect(entryTarget(entry({ kind: 'datastore-full' }), machine())).toEqual({ kind: 'machine' });
    expect(entryTarget(entry({ kind: 'clock-jumped' }), machine())).toBeUndefined();
    expect(
      entryTarget(entry({ kind: newerNameSchema.parse('of-a-newer-version') }), machine()),
    ).toBeUndefined();
  });
});

it('shows by its tone how grave it is, and what is neither well nor not', () => {
  const tones = [
    entry({ level: 'critical' }),
    entry({ level: 'warning' }),
    entry({ kind: 'operation-ended', level: 'ok', details: { verdict: 'succeeded' } }),
    entry({ kind: 'operation-ended', level: 'ok', details: { verdict: 'cancelled' } }),
    entry({ kind: 'not-watched', level: 'ok' }),
  ].map(entryTone);
  expect(tones).toEqual(['fail', 'warn', 'ok', 'idle', 'stale']);
});

it('lets pass what is about a repository or about none, from a level on', () => {
  const entries = [
    entry({ n: 1, subject: { repository: shop } }),
    entry({ n: 2, level: 'ok', subject: { repository: mail } }),
    entry({ n: 3, level: 'critical' }),
  ];
  const passed = (filter: Partial<typeof EVERYTHING>) =>
    filterEntries(entries, { ...EVERYTHING, ...filter }).map(({ n }) => n);
  expect(passed({})).toEqual([1, 2, 3]);
  expect(passed({ repository: mail.guid })).toEqual([2]);
  expect(passed({ repository: 'machine' })).toEqual([3]);
  expect(passed({ level: 'error' })).toEqual([1, 3]);
  expect(passed({ level: 'error', repository: mail.guid })).toEqual([]);
  const renamed = { guid: mail.guid, name: 'post' };
  expect(repositoriesOf([renamed], entries)).toEqual([renamed, shop]);
});

it('parts entries by day without changing their order', () => {
  const at = (day: number, hour: number, n: number) =>
    entry({ n, began: { at: new Date(2026, 10, day, hour).getTime(), boot: { id: 'one', uptime: 5 } } });
  const days = entriesByDay([at(30, 9, 4), at(30, 0, 3), at(29, 23, 2), at(30, 1, 1)]);
  expect(days.map(({ entries }) => entries.map(({ n }) => n))).toEqual([[4, 3], [2], [1]]);
  expect(new Date(days[1]?.day ?? 0).getDate()).toBe(29);
});
