import { expect, it } from 'vitest';
import { inTurns } from './inTurns.ts';

it('does so much at the same time, and answers in the order of what it was given', async () => {
  let underWay = 0;
  let most = 0;
  const doubled = await inTurns([1, 2, 3, 4, 5], 2, async (item) => {
    most = Math.max(most, ++underWay);
    await Promise.resolve();
    underWay -= 1;
    return item * 2;
  });
  expect([doubled, most]).toEqual([[2, 4, 6, 8, 10], 2]);
  expect(await inTurns([], 2, () => Promise.reject(new Error('nothing to do')))).toEqual([]);
});

it('begins nothing more after a failure, and ends once nothing is under way', async () => {
  const begun: number[] = [];
  const ended: number[] = [];
  const work = async (item: number): Promise<void> => {
    begun.push(item);
    if (item === 1) throw new Error('the first');
    await new Promise((resolve) => setTimeout(resolve, 5));
    ended.push(item);
  };
  await expect(inTurns([1, 2, 3, 4], 2, work)).rejects.toThrow('the first');
  expect([begun, ended]).toEqual([[1, 2], [2]]);
});
