const ARRIVAL_MILLISECONDS = 30_000;

/**
 * Waits for a promise and returns its value. When that takes too long, throws an error that says that `what` did not
 * come, well before the test's own limit would end the test without a word. `state` adds what there was instead.
 */
export async function arrival<Value>(
  what: string,
  promise: Promise<Value>,
  state: () => string = () => '',
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const seconds = ARRIVAL_MILLISECONDS / 1000;
      reject(new Error([`${what} did not come within ${seconds} s`, state()].filter(Boolean).join('; ')));
    }, ARRIVAL_MILLISECONDS);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}
