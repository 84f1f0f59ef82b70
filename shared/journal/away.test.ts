import { expect, it } from 'vitest';
import { afterDismissal, afterLine, afterReading, AWAY_KEPT, awayOf, isUnseen } from './away.ts';
import type { Seen } from './away.ts';
import type { JournalEntry } from './entry.ts';

const entry = (n: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...{ n, entry: n, kind: 'container-died', level: 'error', subject: {}, count: 1, details: {} },
  began: { at: n, boot: { id: 'one', uptime: n } },
  ended: { at: n, boot: { id: 'one', uptime: n } },
  ...more,
});
const lines = (...numbers: number[]) => numbers.map((n) => entry(n));
const here = { looked: true, before: undefined };
const away = { looked: false, before: undefined };
const told = (entries: readonly JournalEntry[], seen: Seen): number[] =>
  awayOf(entries, seen).entries.map(({ n }) => n);

it('tells nothing of a journal that is read for the first time, nor of one that has begun anew', () => {
  expect(afterReading(undefined, lines(3, 7))).toEqual({ known: 7, unseen: [] });
  expect(afterReading({ known: 90, unseen: [[80, 90]] }, lines(1, 2))).toEqual({ known: 2, unseen: [] });
});

it('tells what was written between two connections, once', () => {
  const seen = afterReading({ known: 7, unseen: [] }, lines(5, 7, 8, 11));
  expect(told(lines(5, 7, 8, 11), seen)).toEqual([11, 8]);
  const dismissed = afterDismissal(seen, 11);
  expect(told(lines(5, 7, 8, 11), dismissed)).toEqual([]);
  expect(afterReading(dismissed, lines(5, 7, 8, 11))).toEqual(dismissed);
});

it('tells nothing of what came while somebody looked, and all that came while nobody did', () => {
  let seen: Seen = { known: 1, unseen: [] };
  seen = afterLine(seen, entry(2), here);
  seen = afterLine(seen, entry(3), away);
  seen = afterLine(seen, entry(4), away);
  seen = afterLine(seen, entry(5), here);
  seen = afterReading(seen, lines(5, 6));
  expect(told(lines(1, 2, 3, 4, 5, 6), seen)).toEqual([6, 4, 3]);
  expect(seen.unseen).toEqual([
    [3, 4],
    [6, 6],
  ]);
});

it('goes on telling an entry that changes while somebody looks, as it is now', () => {
  const missed = afterReading({ known: 1, unseen: [] }, lines(1, 2));
  const before = entry(2);
  const seen = afterLine(missed, entry(3, { entry: 2 }), { looked: true, before });
  expect(told([entry(3, { entry: 2 })], seen)).toEqual([3]);
  const other = afterLine(missed, entry(3, { entry: 1 }), { looked: true, before: entry(1) });
  expect(told([entry(3, { entry: 1 }), before], other)).toEqual([2]);
});

it('dismisses what was shown, and nothing that came since', () => {
  const seen: Seen = {
    known: 9,
    unseen: [
      [2, 4],
      [6, 9],
    ],
  };
  expect(afterDismissal(seen, 7)).toEqual({ known: 9, unseen: [[8, 9]] });
  expect(afterDismissal(seen, 1)).toEqual(seen);
});

it('puts first what goes on, then the graver, and leaves out operations that went well', () => {
  const goesOn = entry(2, { level: 'warning' });
  delete goesOn.ended;
  const entries = [
    entry(5, { kind: 'operation-ended', level: 'ok' }),
    entry(4, { kind: 'booted', level: 'ok' }),
    entry(3, { kind: 'operation-ended', level: 'error', lastLines: ['a'] }),
    goesOn,
  ];
  const { count, upto, entries: first } = awayOf(entries, { known: 5, unseen: [[1, 5]] });
  expect(first.map(({ n }) => n)).toEqual([2, 3, 4]);
  expect({ count, upto }).toEqual({ count: 3, upto: 5 });
  expect(JSON.stringify(first)).not.toContain('lastLines');
});

it('hands on no more than a person reads, and counts the others', () => {
  const many = Array.from({ length: AWAY_KEPT + 30 }, (_, at) => entry(at + 1));
  const { entries, count } = awayOf(many, { known: 99, unseen: [[1, 99]] });
  expect(entries.length).toBe(AWAY_KEPT);
  expect(count).toBe(AWAY_KEPT + 30);
});

it('keeps few ranges, and forgets nothing that was not seen', () => {
  let seen: Seen = { known: 0, unseen: [] };
  for (let n = 1; n <= 400; n++) seen = afterLine(seen, entry(n), n % 2 === 0 ? here : away);
  expect(seen.unseen.length).toBe(50);
  expect(Array.from({ length: 200 }, (_, at) => isUnseen(seen, 2 * at + 1))).not.toContain(false);
});
