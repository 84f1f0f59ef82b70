import { expect, it } from 'vitest';
import { restAfter } from './rest.ts';

it.each([
  ['a quick reading', 1, 0, 100],
  ['a slow one', 500, 0, 2000],
  ['the first failure', 1, 1, 200],
  ['the sixth failure in a row', 1, 6, 6400],
])('rests after %s', (_, took, failures, milliseconds) => {
  expect(restAfter(took, failures)).toBe(milliseconds);
});
