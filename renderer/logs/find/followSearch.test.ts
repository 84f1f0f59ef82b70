import { describe, expect, it } from 'vitest';
import { createByteStore } from '../byteStore.ts';
import { followSearch } from './followSearch.ts';
import type { SearchProgress } from './searchRun.ts';

function searching(text: string, range?: { from: number; to?: number }) {
  const store = createByteStore();
  const add = (more: string): void => store.append(new TextEncoder().encode(more), store.length());
  add(text);
  const reports: SearchProgress[] = [];
  const search = followSearch(
    store,
    { text: 'needle', regularExpression: false, matchCase: false },
    () => range ?? { from: 0 },
    { now: () => 0, breathe: () => Promise.resolve() },
    (progress) => reports.push(progress),
  );
  const grow = async (more: string): Promise<void> => {
    add(more);
    search.grow();
    // A search of so little text is not cut into slices, so it is done within this turn.
    await Promise.resolve();
    await Promise.resolve();
  };
  return {
    ...search,
    grow,
    lines: () => reports.at(-1)?.hits.map(({ line, start }) => [line, start]),
    reports,
  };
}

describe('a search in a log that grows', () => {
  it('finds what comes, after what it has found', async () => {
    const search = searching('needle\nhay\n');
    expect(search.lines()).toEqual([[0, 0]]);
    await search.grow('hay\na needle\n');
    await search.grow('needle\n');
    expect(search.lines()).toEqual([
      [0, 0],
      [3, 2],
      [4, 0],
    ]);
  });

  it('finds what is only whole with the rest of its line, and nothing twice', async () => {
    const search = searching('needle, nee');
    expect(search.lines()).toEqual([[0, 0]]);
    await search.grow('dle\n');
    expect(search.lines()).toEqual([
      [0, 0],
      [0, 8],
    ]);
  });

  it('stays within a range that has ended', async () => {
    const search = searching('hay\nneedle\n', { from: 0, to: 2 });
    await search.grow('needle\n');
    expect(search.lines()).toEqual([[1, 0]]);
  });

  it('does nothing without anything new, and nothing once it is stopped', async () => {
    const search = searching('needle\n');
    const before = search.reports.length;
    await search.grow('');
    search.stop();
    await search.grow('needle\n');
    expect(search.reports).toHaveLength(before);
  });
});
