import { expect, it } from 'vitest';
import { chunkByChunk, wipeWaiting } from './wipedReads.ts';

it('chunks that wait together come one by one, so that each can be overwritten where it stands', () => {
  const pushed = [Buffer.from('pass'), Buffer.from('phrase')];
  const input = chunkByChunk(() => undefined);
  for (const chunk of pushed) input.push(chunk);
  const taken = pushed.map(() => input.read() as Buffer);
  expect(taken.map(String)).toEqual(['pass', 'phrase']);
  for (const chunk of taken) chunk.fill(0);
  expect(pushed.map((chunk) => [...chunk])).toEqual([Array(4).fill(0), Array(6).fill(0)]);
});

it.each([
  ['is not read', () => Promise.resolve()],
  [
    'is left by whoever read it',
    async (input: AsyncIterable<unknown>) => {
      for await (const chunk of input) if (chunk !== undefined) break;
    },
  ],
])('what waits in a stream that %s is overwritten', async (_, leave) => {
  const pushed = ['first', 'pass', 'phrase'].map((text) => Buffer.from(text));
  const input = chunkByChunk(() => undefined);
  for (const chunk of pushed) input.push(chunk);
  input.push(null);
  await leave(input);
  wipeWaiting(input);
  expect(pushed.slice(1).map((chunk) => [...chunk])).toEqual([Array(4).fill(0), Array(6).fill(0)]);
});
