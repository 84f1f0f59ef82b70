/** The longest pause for which what changes while only the machine itself watches waits to be read. */
const LONGEST_ALONE_MILLISECONDS = 20_000;
/** The pause after everything was read, as multiples of the time that the reading took: for people, and for nobody. */
const REST = 4;
const REST_ALONE = 19;
const REST_AT_LEAST_MILLISECONDS = 100;
/** The number of readings in a row that may fail. The pause doubles each time, so all of them together take seconds. */
export const MOST_FAILURES = 6;

/**
 * Returns the milliseconds to wait before a machine is read whole again. They grow with the time that the last reading
 * took, so that watching never keeps a machine busy, and with each of `failures` in a row. They are longer while no person watches.
 */
export function restAfter(tookMilliseconds: number, failures: number, isWatched: boolean): number {
  const usual = Math.max(REST_AT_LEAST_MILLISECONDS * 2 ** failures, REST * tookMilliseconds);
  return isWatched
    ? usual
    : Math.max(usual, Math.min(REST_ALONE * tookMilliseconds, LONGEST_ALONE_MILLISECONDS));
}
