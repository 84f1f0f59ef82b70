/** After everything was read, so many times as long as that took pass before it is read again. */
const REST = 4;
const REST_AT_LEAST_MILLISECONDS = 100;
/** Readings that may fail one after the other; the rest doubles each time, so that this is a matter of seconds. */
export const MOST_FAILURES = 6;

/**
 * Returns how long to wait, in milliseconds, before a machine is read whole again: a multiple of how long the last
 * reading took, so that looking never keeps a machine busy, and longer after each of `failures` in a row.
 */
export function restAfter(tookMilliseconds: number, failures: number): number {
  return Math.max(REST_AT_LEAST_MILLISECONDS * 2 ** failures, REST * tookMilliseconds);
}
