import { expect, it } from 'vitest';
import { createManualClock } from '../../tests/support/manualClock.ts';
import { createPause } from './pause.ts';
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
  const pause = createPause(createManualClock(), () => 1);
  expect([1, 2, 3, 4, 5, 6, 1000].map((failures) => pause.backOff(failures - 1))).toEqual([
    500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000,
  ]);
});

/** Returns numbers from 0 to 1, spread evenly, as a fair source would on average. */
function evenly(of: number): () => number {
  let at = 0;
  return () => (at++ % of) / of;
}

it('keeps the tries of 250 machines apart, which were lost at the same moment', () => {
  const pause = createPause(createManualClock(), evenly(250));
  const waits = Array.from({ length: 250 }, () => pause.backOff(4));
  expect(new Set(waits).size).toBeGreaterThan(240);
  expect([Math.min(...waits), Math.max(...waits)]).toEqual([4_000, 7_984]);
});

it('a machine that refuses at once is not tried without a pause', () => {
  expect(createPause(createManualClock(), () => 0).backOff(0)).toBe(250);
});

it('ends the waits for 250 machines one after the other when the network is back', async () => {
  const clock = createManualClock();
  const pause = createPause(clock, evenly(242));
  let ended = 0;
  const all = Array.from({ length: 250 }, () =>
    pause.wait(60_000).then(() => {
      ended += 1;
    }),
  );
  const endedNow = async (): Promise<number> => {
    await Promise.resolve();
    return ended;
  };
  pause.wake();
  // One of the others is as early as can be; a second wake changes nothing for those that are on their way.
  expect(await endedNow()).toBe(9);
  pause.wake();
  clock.advance(2_500);
  expect(await endedNow()).toBeGreaterThan(120);
  expect(ended).toBeLessThan(140);
  clock.advance(2_500);
  await Promise.all(all);
});

it('ends early at a wake and at the signal, and leaves no timer that would keep the program alive', async () => {
  const { clock, set } = counted();
  const pause = createPause(clock, () => 1);
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
