import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { ByteStore } from '../byteStore.ts';
import { followSearch } from './followSearch.ts';
import type { FollowedSearch } from './followSearch.ts';
import type { Hit, SearchQuery } from './search.ts';
import type { LineRange, SearchProgress } from './searchRun.ts';

/** The log that is looked through, and what happens with a find. */
export interface FindOptions {
  readonly store: ByteStore;
  /** Bytes in the store: the search goes on when there are more. */
  readonly bytes: number;
  /** Returns the lines to look through, as they are now. */
  readonly range: () => LineRange;
  readonly onReveal: (hit: Hit) => void;
}

/** The state of a find bar. */
interface Find {
  readonly query: SearchQuery;
  readonly progress: SearchProgress;
  /** Index of the find that is shown. */
  readonly at: number;
  /** Changes a part of the query, which begins another search. */
  readonly change: (part: Partial<SearchQuery>) => void;
  /** Reveals the find that is `by` further on, round the end. */
  readonly go: (by: number) => void;
}

const EMPTY: SearchQuery = { text: '', regularExpression: false, matchCase: false };
const NOTHING: SearchProgress = { hits: [], done: true, more: false, invalid: false };
const breathe = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));

/** Searches a log for what a person types and reveals the first find of each query. */
export function useFind({ store, bytes, range, onReveal }: FindOptions): Find {
  const [query, setQuery] = useState(EMPTY);
  const [progress, setProgress] = useState(NOTHING);
  const [at, setAt] = useState(0);

  const showFirst = useEffectEvent((hit: Hit) => {
    setAt(0);
    onReveal(hit);
  });
  const linesNow = useEffectEvent(range);
  const running = useRef<FollowedSearch>(undefined);
  useEffect(() => {
    let shown = false;
    const show = (next: SearchProgress): void => {
      setProgress(next);
      const [first] = next.hits;
      if (shown || first === undefined) return;
      shown = true;
      showFirst(first);
    };
    const dependencies = { now: () => performance.now(), breathe };
    const search = followSearch(store, query, () => linesNow(), dependencies, show);
    running.current = search;
    return () => search.stop();
  }, [store, query]);
  useEffect(() => running.current?.grow(), [bytes]);

  const go = (by: number): void => {
    const count = progress.hits.length;
    if (count === 0) return;
    const next = (at + by + count) % count;
    setAt(next);
    const hit = progress.hits[next];
    if (hit !== undefined) onReveal(hit);
  };
  const change = (part: Partial<SearchQuery>): void => setQuery({ ...query, ...part });
  return { query, progress, at, change, go };
}
