/** The time that the functions of one operation have together. */
export interface FunctionTime {
  /**
   * Returns a signal that aborts when the time is over, or when the operation is cancelled. The time begins with the
   * first call.
   */
  signal(): AbortSignal;
  /** Returns the seconds that the functions had, once the time is over; undefined while some is left. */
  spent(): number | undefined;
}

/**
 * Makes a time of `seconds`, which begins when the first function does; without `seconds` it has no end. `cancel` is
 * the operation's own signal.
 */
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
