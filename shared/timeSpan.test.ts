import { expect, it } from 'vitest';
import { parseAge } from './timeSpan.ts';

it.each([
  ['90s', 90_000],
  ['30m', 1_800_000],
  ['8h', 28_800_000],
  ['7d', 604_800_000],
  ['2w', 1_209_600_000],
  ['0h', 0],
  ['', undefined],
  ['8', undefined],
  ['h', undefined],
  ['-8h', undefined],
  ['8 h', undefined],
  ['8h30m', undefined],
  ['1e3h', undefined],
  ['9999999h', undefined],
])('%j is the age %j', (text, milliseconds) => {
  expect(parseAge(text)).toBe(milliseconds);
});
