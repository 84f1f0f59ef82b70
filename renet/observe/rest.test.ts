import { expect, it } from 'vitest';
import { restAfter } from './rest.ts';

it.each([
  ['a quick reading', 1, 0, true, 100],
  ['a slow one', 500, 0, true, 2000],
  ['a slow one that no person waits for', 500, 0, false, 9500],
  ['a very slow one that no person waits for', 2000, 0, false, 20_000],
  ['one that alone takes longer than that', 10_000, 0, false, 40_000],
  ['the first failure', 1, 1, true, 200],
  ['the sixth failure in a row', 1, 6, false, 6400],
])('rests after %s', (_, took, failures, isWatched, milliseconds) => {
  expect(restAfter(took, failures, isWatched)).toBe(milliseconds);
});
