import { expect, it } from 'vitest';
import type { MachineState } from '../../shared/api/apiModel.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import { en } from '../../shared/text/en/en.ts';
import { fr } from '../../shared/text/fr/fr.ts';
import { brokenBetween, journalNewsText, mergeNews } from './journalNews.ts';

const entry = (number: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...{ n: number, entry: number, kind: 'daemon-ended', level: 'error', count: 1, details: {} },
  subject: { repository: { guid: '2d25d88d-e186-48b0-aff3-500528150a52', name: 'shop' } },
  began: { at: 5, boot: { id: 'one', uptime: 5 } },
  ...more,
});
const look = (entries: JournalEntry[], name = 'prod-1'): Pick<MachineState, 'machine' | 'journal'>[] => [
  {
    machine: { context: 'work', name, host: 'h', port: 22, user: 'u', datastore: '/d' },
    journal: { newest: 9, away: { entries, count: entries.length, upto: 9 } },
  },
];
const numbers = (...[before, after]: Parameters<typeof brokenBetween>) =>
  brokenBetween(before, after)?.entries.map((one) => one.entry);

it('is what broke and was not there before, each entry once however often it is written', () => {
  expect(numbers([], look([entry(1)]))).toEqual([1]);
  expect(numbers(look([entry(1)]), look([entry(1, { n: 7 }), entry(2)]))).toEqual([2]);
  expect(numbers(look([entry(1)]), look([entry(1)]))).toBeUndefined();
});

it('is no warning, and no operation, which has a notification of its own', () => {
  const entries = [entry(1, { level: 'warning' }), entry(2, { kind: 'operation-ended' })];
  expect(numbers([], look(entries))).toBeUndefined();
});

it('says what it is when it is one thing, else how many on which machines', () => {
  const one = brokenBetween([], look([entry(1)]));
  if (one === undefined) throw new Error('nothing broke');
  expect(journalNewsText(one, en)).toEqual({
    title: 'Trouble on prod-1',
    body: 'The Docker daemon of shop ended',
  });
  const other = brokenBetween([], look([entry(1)], 'prod-2'));
  const both = mergeNews(mergeNews(undefined, one), other ?? one);
  expect(journalNewsText(both, fr)).toEqual({
    title: 'Panne sur prod-1, prod-2',
    body: '2 choses ont mal tourné. La fenêtre les détaille.',
  });
  expect(mergeNews(both, one).machines.length).toBe(2);
});
