import { expect, test } from 'vitest';
import { en } from '../../shared/text/en/en.ts';
import { fr } from '../../shared/text/fr/fr.ts';
import { numberText, sizeText } from './amountText.ts';
import { spanText } from './timeText.ts';
import { fields, table } from '../terminal/table.ts';

test('sizes and spans as people read them', () => {
  const sizes = [0, 1023, 1024, 10 * 1024 ** 3, 5000 * 1024 ** 4];
  expect([en, fr].map((text) => sizes.map((size) => sizeText(size, text)))).toEqual([
    ['0 B', '1023 B', '1.0 KiB', '10.0 GiB', '4.9 PiB'],
    ['0 o', '1023 o', '1,0 Kio', '10,0 Gio', '4,9 Pio'],
  ]);
  const spans = [-5, 0, 59.9, 60, 7199, 86_400 * 3];
  expect([en, fr].map((text) => spans.map((span) => spanText(span, text)))).toEqual([
    ['0 s', '0 s', '59 s', '1 min', '1 h', '3 d'],
    ['0 s', '0 s', '59 s', '1 min', '1 h', '3 j'],
  ]);
  expect([en, fr].map((text) => numberText(0.25, text))).toEqual(['0.25', '0,25']);
});

test('tables align, and what a machine says cannot leave its cell', () => {
  expect(
    table(
      ['NAME', 'STATE'],
      [
        ['web\u001b[2J', 'closed'],
        ['a-long-name', 'running 3/3'],
      ],
    ),
  ).toEqual(['NAME         STATE', 'web[2J       closed', 'a-long-name  running 3/3']);
  expect(
    fields([
      ['Host', 'h\u0007'],
      ['Damage', undefined],
      ['Repositories', 3],
    ]),
  ).toEqual(['Host          h', 'Repositories  3']);
});
