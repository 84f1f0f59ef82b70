import { describe, expect, it } from 'vitest';
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

describe('lists of several machines are merged by time, and each keeps its own order', () => {
  const sound = [90, 70, 50, 30, 10];
  const merged = (jumped: readonly number[]): number[] =>
    mergeNewestFirst(
      [sound, jumped].map((times) => times.map((startedAt) => ({ startedAt }))),
      100,
    ).map(({ startedAt }) => startedAt);

  it.each([
    ['in the past', [80, 1, 60, 40], [90, 80, 70, 1, 60, 50, 40, 30, 10]],
    ['in the past, of the newest', [1, 60, 40], [90, 70, 1, 60, 50, 40, 30, 10]],
    ['in the future', [80, 99_000_000, 60, 40], [90, 80, 99_000_000, 70, 60, 50, 40, 30, 10]],
    ['in the future, of the oldest', [80, 60, 99_000_000], [90, 80, 70, 60, 99_000_000, 50, 30, 10]],
    ['that is not in the list', [], sound],
  ])('with a wrong time %s, which moves no other operation', (_, jumped, expected) => {
    expect(merged(jumped)).toEqual(expected);
  });

  it('with most times wrong: no machine’s own order is broken', () => {
    const jumped = [3, 99_000_000, 4, 2, 88, 1, 87];
    expect(merged(jumped).filter((at) => !sound.includes(at))).toEqual(jumped);
  });
});
