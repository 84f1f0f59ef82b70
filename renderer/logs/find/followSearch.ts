import type { ByteStore } from '../byteStore.ts';
import { MOST_HITS } from './search.ts';
import type { Hit, SearchQuery } from './search.ts';
import { runSearch } from './searchRun.ts';
import type { LineRange, SearchProgress, SearchDependencies } from './searchRun.ts';

/** A search that goes on as its log grows. */
export interface FollowedSearch {
  /** Looks through the lines that have come since. */
  grow(): void;
  stop(): void;
}

/**
 * Looks through the lines of `range`, and at each `grow` through the lines that were added to it. Only the last line
 * is looked through twice, because more of it may have come. Stops when as many finds as are kept were found.
 */
export function followSearch(
  store: ByteStore,
  query: SearchQuery,
  range: () => LineRange,
  dependencies: SearchDependencies,
  onProgress: (progress: SearchProgress) => void,
): FollowedSearch {
  const given = new AbortController();
  let found: readonly Hit[] = [];
  let next = 0;
  let looked = -1;
  let running = false;

  const run = async (): Promise<void> => {
    running = true;
    while (looked !== store.length() && found.length < MOST_HITS && !given.signal.aborted) {
      looked = store.length();
      const { from, to = store.lineCount() } = range();
      const first = Math.max(from, next);
      const before = found.filter(({ line }) => line < first);
      const report = (progress: SearchProgress): void => {
        found = [...before, ...progress.hits];
        onProgress({ ...progress, hits: found });
      };
      await runSearch(store, query, { from: first, to }, dependencies, report, given.signal);
      next = Math.max(first, to - 1);
    }
    running = false;
  };
  const grow = (): void => {
    if (!running) void run();
  };
  grow();
  return { grow, stop: () => given.abort() };
}
