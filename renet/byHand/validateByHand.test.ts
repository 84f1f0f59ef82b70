import { expect, it } from 'vitest';
import { en } from '../../shared/text/en/en.ts';
import { findingLines } from './validateByHand.ts';

it('prints a line for each finding, whatever its names hold', () => {
  const path = 'a\nerror: all is well\u001b[2J\u202e';
  const details = { path, reason: 'it is a link' };
  expect(findingLines([{ severity: 'warning', code: 'unsafe-path', details }], 'shop\u0007', en)).toEqual([
    expect.stringMatching(
      /^\w+: a\\nerror: all is well\\u\{1b\}\[2J\\u\{202e\} was refused: it is a link\. /i,
    ),
    expect.stringContaining('shop\\u{7}'),
  ]);
});
