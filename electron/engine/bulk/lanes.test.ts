import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import { workInLanes } from './lanes.ts';

/** The items of a schedule: each has its lane, the turns that it takes, and whether it then rejects. */
const items = fc.array(
  fc.record({ lane: fc.constantFrom('a', 'b', 'c'), takes: fc.nat(12), fails: fc.boolean() }),
  { maxLength: 24 },
);
const schedule = fc.record({
  items,
  limit: fc.integer({ min: 1, max: 5 }),
  /** The turn at which the schedule is cancelled; undefined for most, which never are. */
  cancelAt: fc.option(fc.nat(20), { nil: undefined }),
});
type Schedule = typeof schedule extends fc.Arbitrary<infer T> ? T : never;

/** Runs a schedule turn by turn, on no clock, and notes what happened. */
async function play({ items, limit, cancelAt }: Schedule) {
  const controller = new AbortController();
  const working = new Set<{ at: number; until: number; end: () => void }>();
  const begun: number[] = [];
  const seen = { most: 0, afterCancel: 0, idle: 0, over: false };
  const laneOf = (at: number): string => items[at]?.lane ?? '';
  const inLane = (lane: string): number => [...working].filter(({ at }) => laneOf(at) === lane).length;
  const waitsIn = (lane: string): boolean =>
    items.some((item, at) => item.lane === lane && !begun.includes(at));
  let turn = 0;
  const ended = workInLanes(
    items.map((_, at) => at),
    { laneOf, limit, signal: controller.signal },
    async (at) => {
      const item = items[at];
      begun.push(at);
      if (controller.signal.aborted) seen.afterCancel += 1;
      await new Promise<void>((end) => {
        working.add({ at, until: turn + (item?.takes ?? 0), end });
        seen.most = Math.max(seen.most, inLane(laneOf(at)));
      });
      if (item?.fails) throw new AppError('internal', { reason: `item ${at}` });
      return at;
    },
  ).then(
    (ends) => ({ ends, fault: undefined }),
    (fault: unknown) => ({ ends: undefined, fault }),
  );
  void ended.then(() => (seen.over = true));
  // A stranded queue would never end. 500 turns are enough for all items, even one after the other.
  for (; !seen.over && turn < 500; turn += 1) {
    if (turn === cancelAt) controller.abort();
    for (const one of [...working].filter(({ until }) => until <= turn)) {
      working.delete(one);
      one.end();
    }
    await settle();
    const isShort = (lane: string): boolean => inLane(lane) < limit && waitsIn(lane);
    if (!controller.signal.aborted && ['a', 'b', 'c'].some(isShort)) seen.idle += 1;
  }
  expect(seen.over).toBe(true);
  return { ...(await ended), begun, ...seen };
}

/** Lets all promises go on that are due in this turn. */
async function settle(): Promise<void> {
  for (let step = 0; step < 12; step += 1) await Promise.resolve();
}

describe('lanes', () => {
  test('keep their limit and strand nobody, whatever takes how long, fails or is cancelled', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (given) => {
        const { begun, ends, fault, most, afterCancel, idle } = await play(given);
        const failed = begun.filter((at) => given.items[at]?.fails);
        expect(most).toBeLessThanOrEqual(given.limit);
        expect([afterCancel, idle]).toEqual([0, 0]);
        if (given.cancelAt === undefined) expect(begun).toHaveLength(given.items.length);
        for (const lane of ['a', 'b', 'c']) {
          const inLane = begun.filter((at) => given.items[at]?.lane === lane);
          expect(inLane).toEqual([...inLane].sort((a, b) => a - b));
        }
        if (failed.length > 0) expect(fault).toBeInstanceOf(AppError);
        else expect(ends).toEqual(given.items.map((_, at) => (begun.includes(at) ? at : undefined)));
      }),
      { numRuns: 10_000 },
    );
  }, 120_000);

  test('a lane does not wait for another one', async () => {
    const begun: string[] = [];
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { signal } = new AbortController();
    const laneOf = (item: string): string => item.charAt(0);
    const all = workInLanes(['a1', 'a2', 'b1', 'b2'], { laneOf, limit: 1, signal }, async (item) => {
      begun.push(item);
      if (item === 'a1') await held;
    });
    await settle();
    expect(begun).toEqual(['a1', 'b1', 'b2']);
    release();
    await all;
    expect(begun).toEqual(['a1', 'b1', 'b2', 'a2']);
  });
});
