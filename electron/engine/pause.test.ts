import { expect, it } from 'vitest';
import { createManualClock } from '../../tests/support/manualClock.ts';
import { backOff, createPause } from './pause.ts';
import type { Clock } from './clock.ts';

/** Counts the timers that are set and not taken back. */
function counted(): { clock: Clock; set: () => number } {
  const manual = createManualClock();
  let set = 0;
  const after: Clock['after'] = (milliseconds, callback) => {
    set += 1;
    const takeBack = manual.after(milliseconds, callback);
    return () => {
      set -= 1;
      takeBack();
    };
  };
  return { clock: { now: () => manual.now(), after }, set: () => set };
}

it('doubles the wait from half a second to ten seconds', () => {
  expect([1, 2, 3, 4, 5, 6, 1000].map((failures) => backOff(failures - 1))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
});

it('ends early at a wake and at the signal, and leaves no timer that would keep the program alive', async () => {
  const { clock, set } = counted();
  const pause = createPause(clock);
  const stop = new AbortController();
  const both = Promise.all([pause.wait(10_000), pause.wait(10_000, stop.signal)]);
  expect(set()).toBe(2);
  stop.abort();
  expect(set()).toBe(1);
  pause.wake();
  await both;
  expect(set()).toBe(0);
  await pause.wait(10_000, stop.signal);
  expect(set()).toBe(0);
});
