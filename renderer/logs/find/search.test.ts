import { describe, expect, it } from 'vitest';
import { createByteStore } from '../byteStore.ts';
import { MOST_HITS } from './search.ts';
import { runSearch } from './searchRun.ts';
import type { SearchProgress } from './searchRun.ts';

const storeOf = (text: string) => {
  const store = createByteStore();
  store.append(new TextEncoder().encode(text), 0);
  return store;
};

/** Runs a search on a clock that goes on by a millisecond at each look. Resolves with all its reports. */
async function search(
  text: string,
  query: { text: string; regularExpression?: boolean; matchCase?: boolean },
  range = { from: 0 },
): Promise<SearchProgress[]> {
  const reports: SearchProgress[] = [];
  let time = 0;
  await runSearch(
    storeOf(text),
    { regularExpression: false, matchCase: false, ...query },
    range,
    { now: () => (time += 7), breathe: () => Promise.resolve() },
    (progress) => reports.push(progress),
    new AbortController().signal,
  );
  return reports;
}

const hitsOf = async (...args: Parameters<typeof search>) => (await search(...args)).at(-1)?.hits;

describe('runSearch', () => {
  it('finds text whatever its case, several times in a line', async () => {
    expect(await hitsOf('Error: no\nfine\nan error, an ERROR\n', { text: 'error' })).toEqual([
      { line: 0, start: 0, length: 5 },
      { line: 2, start: 3, length: 5 },
      { line: 2, start: 13, length: 5 },
    ]);
  });

  it('looks at the case when asked', async () => {
    expect(await hitsOf('Error error', { text: 'error', matchCase: true })).toEqual([
      { line: 0, start: 6, length: 5 },
    ]);
  });

  it('takes special characters literally, and as an expression when asked', async () => {
    expect(await hitsOf('a.b\naxb', { text: 'a.b' })).toHaveLength(1);
    expect(await hitsOf('a.b\naxb', { text: 'a.b', regularExpression: true })).toHaveLength(2);
    expect(await hitsOf('one\ntwo\n', { text: '^t.o$', regularExpression: true })).toEqual([
      { line: 1, start: 0, length: 3 },
    ]);
    expect(await hitsOf('a\nb\n', { text: '[^x]+', regularExpression: true })).toHaveLength(2);
  });

  it('says of half an expression that it is none yet', async () => {
    expect(await search('x', { text: '(', regularExpression: true })).toEqual([
      { hits: [], done: true, more: false, invalid: true },
    ]);
  });

  it('sees through colours and redrawn lines', async () => {
    expect(await hitsOf('\u001b[31mpull\u001b[0m access\r\n1 %\r100 %\r\n', { text: 'pull access' })).toEqual(
      [{ line: 0, start: 0, length: 11 }],
    );
    expect(await hitsOf('1 %\r100 %\r\n', { text: '1 %' })).toEqual([]);
  });

  it('looks through all of a long log in slices, the first finds first', async () => {
    const text = 'needle\n' + 'hay hay hay hay hay\n'.repeat(100_000) + 'needle\n';
    const reports = await search(text, { text: 'needle' });
    expect(reports.length).toBeGreaterThan(1);
    expect(reports[0]).toMatchObject({ done: false, hits: [{ line: 0 }] });
    expect(reports.at(-1)).toMatchObject({ done: true, hits: [{ line: 0 }, { line: 100_001 }] });
  });

  it('reports at most every tenth of a second of work, and at the end', async () => {
    const reported: number[] = [];
    let time = 0;
    await runSearch(
      storeOf('needle\n' + 'hay hay hay hay hay\n'.repeat(200_000)),
      { text: 'needle', regularExpression: false, matchCase: false },
      { from: 0 },
      { now: () => (time += 7), breathe: () => Promise.resolve() },
      () => reported.push(time),
      new AbortController().signal,
    );
    const pauses = reported.slice(1).map((at, index) => at - (reported[index] ?? 0));
    expect(pauses.length).toBeGreaterThan(2);
    expect(Math.min(...pauses.slice(0, -1))).toBeGreaterThanOrEqual(100);
  });

  it('works for no longer than anybody feels, and not at all when nothing is looked for', async () => {
    const breaths = async (text: string): Promise<{ breaths: number; time: number }> => {
      const told = { breaths: 0, time: 0 };
      await runSearch(
        storeOf('hay hay hay hay hay\n'.repeat(200_000)),
        { text, regularExpression: false, matchCase: false },
        { from: 0 },
        {
          now: () => ++told.time,
          breathe: () => {
            told.breaths += 1;
            return Promise.resolve();
          },
        },
        () => undefined,
        new AbortController().signal,
      );
      return told;
    };
    const { breaths: taken, time } = await breaths('needle');
    expect(taken).toBeGreaterThan(0);
    expect(time / taken).toBeGreaterThanOrEqual(12);
    expect(await breaths('')).toEqual({ breaths: 0, time: 0 });
  });

  it('stays within its range', async () => {
    expect(await hitsOf('a\na\na\n', { text: 'a' }, { from: 1, to: 2 } as { from: number })).toEqual([
      { line: 1, start: 0, length: 1 },
    ]);
  });

  it('keeps no more than anybody could look at', async () => {
    const [last] = (await search('aaaaaaaaaa\n'.repeat(20_000), { text: 'a' })).slice(-1);
    expect(last).toMatchObject({ done: true, more: true });
    expect(last?.hits).toHaveLength(MOST_HITS);
  });

  it('says nothing more once it was given up', async () => {
    const given = new AbortController();
    const reports: SearchProgress[] = [];
    let time = 0;
    await runSearch(
      storeOf('x\n'.repeat(1_000_000)),
      { text: 'y', regularExpression: false, matchCase: false },
      { from: 0 },
      {
        now: () => (time += 20),
        breathe: () => {
          given.abort();
          return Promise.resolve();
        },
      },
      (progress) => reports.push(progress),
      given.signal,
    );
    expect(reports).toEqual([]);
  });
});
