/** The time that the functions of one operation have together. */
export interface FunctionTime {
  /** Begins to run with the first call; aborts when it is over, or with the operation's own signal. */
  signal(): AbortSignal;
  /** Returns the seconds that they had, once these are over; undefined as long as there is time. */
  spent(): number | undefined;
}

/** Makes a time of `seconds`, which begins with the first function; without it they take as long as they want. */
export function createFunctionTime(cancel: AbortSignal, seconds: number | undefined): FunctionTime {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let spent: number | undefined;
  const abort = (): void => controller.abort();
  if (cancel.aborted) abort();
  else cancel.addEventListener('abort', abort, { once: true });
  return {
    signal: () => {
      if (seconds !== undefined) {
        timer ??= setTimeout(() => {
          spent = seconds;
          abort();
        }, seconds * 1000).unref();
      }
      return controller.signal;
    },
    spent: () => spent,
  };
}
