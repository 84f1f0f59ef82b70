import { expect, it } from 'vitest';
import { createRareReader } from './rareReader.ts';

/** Lets what was settled be heard of. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('reads nothing more while a reading does not come, and tells what was read once', async () => {
  const ends: ((value: string) => void)[] = [];
  const read = createRareReader(0, () => new Promise<string>((resolve) => ends.push(resolve)));
  expect([read(), read(), read()]).toEqual([undefined, undefined, undefined]);
  expect(ends).toHaveLength(1);
  ends[0]?.('at last');
  await turn();
  expect([read(), read()]).toEqual(['at last', undefined]);
  expect(ends).toHaveLength(2);
});

it('reads again after a reading that failed', async () => {
  let reads = 0;
  const read = createRareReader(0, () => {
    reads += 1;
    return reads === 1 ? Promise.reject(new Error('EIO')) : Promise.resolve('well');
  });
  read();
  await turn();
  read();
  await turn();
  expect(read()).toBe('well');
});
