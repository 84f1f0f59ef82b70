import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteCommand } from './quote.ts';

describe('quoteCommand', () => {
  it('gives a true shell the same words, whatever is in them', () => {
    // `set --` takes the words as the shell understands them; `printf` ends each with a NUL, which is in no word.
    const seen = (words: readonly string[]): string[] => {
      const line = `set -- ${quoteCommand(words)}; printf '%s\\0' "$@"`;
      return execFileSync('sh', ['-c', line]).toString().split('\0').slice(0, -1);
    };
    const odd = fc.constantFrom(
      ...'\'"\\$`!*?[]{}()<>|&;#~=%^ \t\n\r-é'.split(''),
      '😀',
      '--',
      '$(id)',
      "'\\''",
    );
    const word = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(odd, { maxLength: 8 }).map((parts) => parts.join('')),
    );
    const sayable = word.filter((text) => !text.includes('\0'));
    fc.assert(
      fc.property(fc.array(sayable, { minLength: 1, maxLength: 8 }), (words) => {
        expect(seen(words)).toEqual(words);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    [
      'plain words and options stay as they are',
      ['/bin/x', '-k', '--size=1G', 'a@b:c'],
      '/bin/x -k --size=1G a@b:c',
    ],
    ['no word is an assignment, or a path for zsh', ['A=b', '=ls'], "'A=b' '=ls'"],
    ['an empty word is one', ['x', ''], "x ''"],
  ])('%s', (_, words, line) => {
    expect(quoteCommand(words)).toBe(line);
  });
});
