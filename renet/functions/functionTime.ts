/** The time that the functions of one operation have together. */
export interface FunctionTime {
  /** Seconds; undefined: as long as they take. */
  readonly seconds: number | undefined;
  /** Begins to run with the first call; aborts when it is over, or with the operation's own signal. */
  signal(): AbortSignal;
  /** True when it is over. */
  isOver(): boolean;
}

/** Makes a time of `seconds`, under an operation's signal. */
export function createFunctionTime(cancel: AbortSignal, seconds: number | undefined): FunctionTime {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const abort = (): void => controller.abort();
  if (cancel.aborted) abort();
  else cancel.addEventListener('abort', abort, { once: true });
  return {
    seconds,
    signal: () => {
      if (seconds !== undefined) {
        timer ??= setTimeout(() => {
          over = true;
          abort();
        }, seconds * 1000).unref();
      }
      return controller.signal;
    },
    isOver: () => over,
  };
}
