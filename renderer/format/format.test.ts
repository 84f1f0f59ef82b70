import { describe, expect, it } from 'vitest';
import { createFormats } from './format.ts';

const en = createFormats('en');
const fr = createFormats('fr');
const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('sizes', () => {
  it('are in powers of 1024 with at most one decimal', () => {
    expect([0, 900, 10 * 1024 ** 3, 6.14 * 1024 ** 3, 171 * 1024 ** 3].map((n) => plain(en.size(n)))).toEqual(
      ['0 B', '900 B', '10 GiB', '6.1 GiB', '171 GiB'],
    );
  });

  it('of a part are in the unit of the whole', () => {
    const pair = en.sizePair(512 * 1024 ** 2, 10 * 1024 ** 3);
    expect([pair.part, plain(pair.whole)]).toEqual(['0.5', '10 GiB']);
  });

  it('speak French', () => expect(plain(fr.size(6.14 * 1024 ** 3))).toBe('6,1 Gio'));
});

describe('times', () => {
  const now = new Date(2026, 4, 14, 12, 0).getTime();
  it('tell an age', () => {
    expect([2000, 30_000, 240_000, 3 * 3_600_000].map((age) => en.age(age))).toEqual([
      'now',
      '30 sec. ago',
      '4 min. ago',
      '3 hr. ago',
    ]);
    expect(plain(fr.age(240_000))).toBe('il y a 4 min');
  });

  it('tell when, the nearer the shorter', () => {
    const at = (day: number, hour: number): string =>
      plain(en.when(new Date(2026, 4, day, hour).getTime(), now));
    expect([at(14, 9), at(13, 18), at(2, 8)]).toEqual(['09:00', 'yesterday 18:00', 'May 2']);
  });

  it('tell how long', () => {
    expect(
      [3400, 15_000, 72_000, 300_000, 3_700_000, 7_200_000].map((length) => plain(en.duration(length))),
    ).toEqual(['3.4 s', '15 s', '1 min 12 s', '5 min', '1 h 1 min', '2 h']);
    expect(en.span(41 * 86_400)).toBe('41 days');
  });
});
