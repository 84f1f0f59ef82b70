import type { ByteStore } from '../byteStore.ts';
import { compileQuery, findHits, MOST_HITS } from './search.ts';
import type { Hit, SearchQuery } from './search.ts';

/** How far a search has come. */
export interface SearchProgress {
  /** The finds in the order of the log. */
  readonly hits: readonly Hit[];
  /** The search is over: all of the range was looked through, or as many finds are kept as may be. */
  readonly done: boolean;
  /** There may be more finds than are kept. */
  readonly more: boolean;
  /** The query is no valid regular expression. */
  readonly invalid: boolean;
}

/** The clock and the pause that a search works with. */
export interface SearchDependencies {
  /** Milliseconds, of any origin. */
  readonly now: () => number;
  /** Lets the window draw and answer before the work goes on. */
  readonly breathe: () => Promise<void>;
}

/** How long a search works between two breaths: far below the 50 milliseconds that a person could feel. */
const SLICE_MILLISECONDS = 12;

/** The least time between two reports of finds, because each report is drawn. */
const REPORT_MILLISECONDS = 100;

/** The lines to look through; without `to`, they go on to the store's end. */
export interface LineRange {
  readonly from: number;
  readonly to?: number;
}

/**
 * Looks through lines in slices of time. Reports the finds so far between two slices, and at the end. Ends early,
 * without a report, when the signal aborts.
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
    if (now() - sliceBegan < SLICE_MILLISECONDS) continue;
    if (hits.length > 0 && now() - reported >= REPORT_MILLISECONDS) {
      report(false);
      reported = now();
    }
    await breathe();
    if (signal.aborted) return;
    sliceBegan = now();
  }
  report(true);
}
