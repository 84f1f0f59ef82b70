import { expect, test } from 'vitest';
import { createScreen, oneRow } from './screen.ts';

const UP = (rows: number) => `\u001b[${rows}A\u001b[J`;

test('only what changed is drawn again, below what stays', () => {
  const screen = createScreen(() => 80);
  expect([
    screen.paint(['first'], ['10 %', 'step 1']),
    screen.paint([], ['20 %', 'step 1']),
    screen.paint([], ['20 %', 'step 2']),
    screen.paint(['20 %'], ['step 2']),
    screen.paint(['done'], []),
    screen.paint([], []),
  ]).toEqual([
    'first\n10 %\nstep 1\n',
    `${UP(2)}20 %\nstep 1\n`,
    `${UP(1)}step 2\n`,
    '',
    `${UP(1)}done\n`,
    '',
  ]);
});

test('a line that is wider than the terminal counts with all its rows, colours with none', () => {
  const screen = createScreen(() => 10);
  screen.paint([], ['x'.repeat(25), `\u001b[31m${'y'.repeat(10)}\u001b[0m`]);
  expect(screen.paint(['end'], [])).toBe(`${UP(4)}end\n`);
});

test.each([
  ['short', 'abc', 'abc'],
  ['too long', 'abcdefghijk', 'abcdefgh…'],
  ['short, in colour', '\u001b[31mabcdefghi\u001b[0m', '\u001b[31mabcdefghi\u001b[0m'],
  ['too long, in colour', 'ab\u001b[31mcdefghijk\u001b[0m', 'ab\u001b[31mcdefgh…\u001b[0m'],
  ['of characters that are two units', '🙂'.repeat(10), `${'🙂'.repeat(8)}…`],
])('one row of a line that is %s', (_, line, row) => {
  expect(oneRow(line, 10)).toBe(row);
});
