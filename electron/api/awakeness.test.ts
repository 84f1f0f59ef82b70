import { expect, it } from 'vitest';
import type { Clock } from '../engine/clock.ts';
import { watchAwakeness } from './awakeness.ts';

it('knows that the computer slept, for as long as what waited on its way may arrive', () => {
  let now = 0;
  let due: (() => void) | undefined;
  const clock: Clock = {
    now: () => now,
    after: (_, callback) => {
      due = callback;
      return () => (due = undefined);
    },
  };
  const awakeness = watchAwakeness(clock);
  for (now = 10_000; now <= 60_000; now += 10_000) due?.();
  expect(awakeness.isAwake()).toBe(true);
  // After a sleep of an hour a message may come before the timer, which is late.
  now += 3_600_000;
  expect(awakeness.isAwake()).toBe(false);
  due?.();
  now += 9_000;
  expect(awakeness.isAwake()).toBe(false);
  now += 1_000;
  expect(awakeness.isAwake()).toBe(true);
  awakeness.stop();
  expect(due).toBeUndefined();
});
