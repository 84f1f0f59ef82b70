import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesList, matchesWildcard } from './wildcard.ts';

describe('matchesWildcard', () => {
  it.each([
    ['*', '', true],
    ['', '', true],
    ['', 'a', false],
    ['?', '', false],
    ['db?', 'db1', true],
    ['db?', 'db', false],
    ['db?', 'db12', false],
    ['*.example.org', 'a.b.example.org', true],
    ['*.example.org', 'example.org', false],
    ['a*b*c', 'aXbXbc', true],
    ['a.c', 'abc', false],
  ])('%s and %s: %s', (pattern, text, expected) => {
    expect(matchesWildcard(pattern, text)).toBe(expected);
  });

  it('agrees with the regular expression that says the same', () => {
    const letter = fc.constantFrom('a', 'b', '*', '?');
    const pattern = fc.array(letter, { maxLength: 8 }).map((letters) => letters.join(''));
    const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 8 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(pattern, text, (one, other) => {
        const same = new RegExp(`^${one.replaceAll('*', '.*').replaceAll('?', '.')}$`).test(other);
        expect(matchesWildcard(one, other)).toBe(same);
      }),
    );
  });

  // A regular expression would not come back within the test's time.
  it('answers for any number of stars', () => {
    const host = 'a'.repeat(255);
    expect(matchesWildcard(`${'*a'.repeat(20)}*b`, host)).toBe(false);
    expect(matchesWildcard(`${'*'.repeat(100_000)}b`, host)).toBe(false);
    expect(matchesWildcard('*?'.repeat(200), host)).toBe(true);
  });
});

it('a list matches what one of its patterns does and none excludes', () => {
  const list = ['*.example.org', '!db.*'];
  expect(['web.example.org', 'db.example.org', 'web'].map((host) => matchesList(list, host))).toEqual([
    true,
    false,
    false,
  ]);
});
