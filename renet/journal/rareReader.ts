/**
 * Makes a reader of what is read rarely, and beside everything else. It returns what was read since it was called last;
 * undefined when nothing was, or it could not be read. Nothing is read while the last reading has not come: it may wait for a
 * disk that hangs. `every`, `first`: the milliseconds between two readings, and until the first one.
 */
export function createRareReader<Part>(
  every: number,
  read: () => Promise<Part>,
  first = 0,
): () => Part | undefined {
  let due = performance.now() + first;
  let isUnderWay = false;
  let fresh: Part | undefined;
  const begin = async (): Promise<void> => {
    isUnderWay = true;
    try {
      fresh = await read();
    } catch {
      // It is read again when it is due.
    } finally {
      isUnderWay = false;
    }
  };
  return () => {
    const part = fresh;
    fresh = undefined;
    const now = performance.now();
    if (now >= due && !isUnderWay) {
      due = now + every;
      void begin();
    }
    return part;
  };
}
