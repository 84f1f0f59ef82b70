import { expect, it } from 'vitest';
import { mergeNewestFirst, newestFirst } from './operationOrder.ts';

it('operations of one machine are in the order of their numbers; those without one come last, by their times', () => {
  const operations = [
    { sequence: 2, startedAt: 5 },
    { startedAt: 90 },
    { sequence: 10, startedAt: 1 },
    { startedAt: 99 },
  ];
  expect(operations.sort(newestFirst).map(({ startedAt }) => startedAt)).toEqual([1, 5, 99, 90]);
});

it('lists of several machines are merged by time, and each keeps its own order', () => {
  const sound = [{ startedAt: 40 }, { startedAt: 20 }];
  const jumped = [{ startedAt: 30 }, { startedAt: 9000 }, { startedAt: 10 }];
  expect(mergeNewestFirst([sound, jumped]).map(({ startedAt }) => startedAt)).toEqual([40, 30, 9000, 20, 10]);
});
