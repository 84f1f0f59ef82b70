import { expect, it } from 'vitest';
import { tellProgress } from './copyProgress.ts';
import type { CopyProgress } from './copyProgress.ts';

it('tells at most once a second, with the rate since the last time', () => {
  const told: CopyProgress[] = [];
  let now = 5000;
  const at = tellProgress(
    100,
    () => now,
    (progress) => void told.push(progress),
  );
  for (const [milliseconds, done] of [
    [999, 10],
    [1, 20],
    [500, 25],
    [1500, 60],
  ] as const) {
    now += milliseconds;
    at(done);
  }
  expect(told).toEqual([
    { done: 20, total: 100, rate: 20 },
    { done: 60, total: 100, rate: 20 },
  ]);
});
