import type { ByteStore } from '../byteStore.ts';
import { compileQuery, findHits, MOST_HITS } from './search.ts';
import type { Hit, SearchQuery } from './search.ts';

/** How far a search has come. */
export interface SearchProgress {
  /** In the order of the log. */
  readonly hits: readonly Hit[];
  /** All of the range was looked through. */
  readonly done: boolean;
  /** There are more than are kept. */
  readonly more: boolean;
  /** The regular expression is none. */
  readonly invalid: boolean;
}

/** What a search needs of its surroundings. */
export interface SearchDependencies {
  /** Milliseconds, of any origin. */
  readonly now: () => number;
  /** Lets the window draw and answer before the work goes on. */
  readonly breathe: () => Promise<void>;
}

/** Milliseconds of work between two breaths: far below the 50 that a person could feel. */
const SLICE = 12;

/** Milliseconds between two reports, after the first finds: each one is drawn. */
const REPORT = 100;

/** Lines of the store to look through; without `to`, to its end. */
export interface LineRange {
  readonly from: number;
  readonly to?: number;
}

/**
 * Looks through lines in slices and reports after each one that found something, and at the end. Ends early when the
 * signal aborts, without a report.
 */
export async function runSearch(
  store: ByteStore,
  query: SearchQuery,
  { from, to }: LineRange,
  { now, breathe }: SearchDependencies,
  onProgress: (progress: SearchProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const hits: Hit[] = [];
  const report = (done: boolean, more = false): void =>
    onProgress({ hits: [...hits], done, more, invalid: false });
  const pattern = compileQuery(query);
  if (pattern === undefined) {
    onProgress({ hits: [], done: true, more: false, invalid: true });
    return;
  }
  if (query.text === '') {
    report(true);
    return;
  }
  let sliceBegan = now();
  let reported = -Infinity;
  for (const found of findHits(store, pattern, from, to)) {
    hits.push(...found.slice(0, MOST_HITS - hits.length));
    if (hits.length >= MOST_HITS) {
      report(true, true);
      return;
    }
    if (now() - sliceBegan < SLICE) continue;
    if (hits.length > 0 && now() - reported >= REPORT) {
      report(false);
      reported = now();
    }
    await breathe();
    if (signal.aborted) return;
    sliceBegan = now();
  }
  report(true);
}
