import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareBytewise } from './order.ts';

const wellFormed = fc.string({ unit: 'binary' });

describe('compareBytewise', () => {
  it('sorts as LC_ALL=C does: digits, capitals, small letters, then what is beyond ASCII', () => {
    const names = ['é', 'b', 'a-b', 'a', 'B', '10', '9', 'ab', 'a_b', '~', ''];
    expect(names.sort(compareBytewise)).toEqual(['', '10', '9', 'B', 'a', 'a-b', 'a_b', 'ab', 'b', '~', 'é']);
  });

  it('puts what is beyond the basic plane last, where UTF-16 order would not', () => {
    expect(['\u{1F600}', '\uFF5E'].sort(compareBytewise)).toEqual(['\uFF5E', '\u{1F600}']);
  });

  it('agrees with a comparison of the bytes themselves', () => {
    fc.assert(
      fc.property(wellFormed, wellFormed, (a, b) => {
        const expected = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareBytewise(a, b))).toBe(expected);
      }),
    );
  });
});
