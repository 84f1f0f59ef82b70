import { expect, it } from 'vitest';
import { createQueue } from './queue.ts';

it('does so many works at once, in their order, passes over who has left, and goes on after one that fails', async () => {
  const queue = createQueue(1);
  const done: string[] = [];
  let free: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  const leaving = new AbortController();
  const staying = new AbortController().signal;
  const work = (name: string) => () => Promise.resolve(void done.push(name));
  const first = queue(() => held.then(() => Promise.reject(new Error('spoiled'))), staying).catch(String);
  const left = queue(work('left'), leaving.signal);
  const last = [queue(work('second'), staying), queue(work('third'), staying)];
  leaving.abort();
  await left;
  expect(done).toEqual([]);
  free();
  expect(await first).toBe('Error: spoiled');
  await Promise.all(last);
  await queue(work('left before'), leaving.signal);
  expect(done).toEqual(['second', 'third']);
});
