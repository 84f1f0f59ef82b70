/** The pause after everything was read, as a multiple of the time that the reading took. */
const REST = 4;
const REST_AT_LEAST_MILLISECONDS = 100;
/** The number of readings in a row that may fail. The pause doubles each time, so all of them together take seconds. */
export const MOST_FAILURES = 6;

/**
 * Returns the milliseconds to wait before a machine is read whole again. They grow with the time that the last reading
 * took, so that watching never keeps a machine busy, and with each of `failures` in a row.
 */
export function restAfter(tookMilliseconds: number, failures: number): number {
  return Math.max(REST_AT_LEAST_MILLISECONDS * 2 ** failures, REST * tookMilliseconds);
}
