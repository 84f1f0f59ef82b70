import { describe, expect, it } from 'vitest';
import { sharedSpaceNotices } from './sharedSpace.ts';

describe('forks that share their parents’ space', () => {
  it.each([
    ['none, on a full datastore', { total: 100, available: 0 }, [], []],
    ['room for all of them', { total: 100, available: 50 }, [20, 30], []],
    ['more than what is left', { total: 100, available: 49 }, [20, 30], ['space-overcommitted']],
    ['at 84 %', { total: 100, available: 16 }, [10], []],
    ['at 85 %', { total: 100, available: 15 }, [10], ['datastore-nearly-full']],
    ['full', { total: 100, available: 0 }, [10], ['space-overcommitted', 'datastore-nearly-full']],
  ])('%s', (_, space, sizes, codes) => {
    expect(sharedSpaceNotices(space, sizes).map(({ code }) => code)).toEqual(codes);
  });

  it('say how much they may come to need', () => {
    expect(sharedSpaceNotices({ total: 1000, available: 99 }, [60, 40])).toEqual([
      { code: 'space-overcommitted', details: { promised: 100, available: 99 } },
      { code: 'datastore-nearly-full', details: { percent: 90, promised: 100 } },
    ]);
  });
});
