const EVERY_MILLISECONDS = 10;

/**
 * Begins to measure how late this process's loop comes to what is due. Returns a function that ends the measuring and
 * returns the longest delay, in milliseconds.
 */
export function lateness(): () => number {
  let last = performance.now();
  let latest = 0;
  const look = (): void => {
    const now = performance.now();
    latest = Math.max(latest, now - last - EVERY_MILLISECONDS);
    last = now;
  };
  const timer = setInterval(look, EVERY_MILLISECONDS);
  return () => {
    look();
    clearInterval(timer);
    return latest;
  };
}
