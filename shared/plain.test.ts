import { expect, it } from 'vitest';
import { escaped, plain } from './plain.ts';

it.each([
  ['escape sequences', 'web\u001b[2Jsite', 'web[2Jsite'],
  ['bells, backspaces and carriage returns', 'a\u0007b\u0008c\rd', 'abcd'],
  ['control characters of eight bits', 'a\u009b2Jb\u0085c', 'a2Jbc'],
  ['line separators', 'a\u2028b\u2029c', 'abc'],
  // With such a character "invoice[RLO]fdp.exe" is shown as "invoiceexe.pdf".
  ['what turns the direction of writing around', 'a\u202ab\u202bc\u202cd\u202de\u202ef', 'abcdef'],
  ['isolates of direction', 'a\u2066b\u2067c\u2068d\u2069e', 'abcde'],
])('takes %s out of what a machine says', (_, text, printed) => {
  expect(plain(text)).toBe(printed);
});

it('keeps lines, tabs and every other letter', () => {
  const text = 'één\tשלום\n日本 🚀\n';
  expect(plain(text)).toBe(text);
});

it('writes them as escapes where a name has to stay one line', () => {
  expect(escaped('a\nerror: b\tc\u001b[2J\u202efdp\u009b é\\')).toBe(
    'a\\nerror: b\\tc\\u{1b}[2J\\u{202e}fdp\\u{9b} é\\',
  );
});
