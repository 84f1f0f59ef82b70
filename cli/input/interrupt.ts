import type { Call } from '../call.ts';

/** Ctrl-C: `cancel` stops what runs and begins nothing else, `leave` lets it run on unwatched. */
export interface Stop {
  readonly cancel: AbortSignal;
  readonly leave: AbortSignal;
  release(): void;
}

/** Listens to Ctrl-C until it is released: the first cancels and is answered with `said`, the second leaves. */
export function createStop({ dependencies, live }: Call, said: () => string): Stop {
  const cancel = new AbortController();
  const leave = new AbortController();
  const release = dependencies.onInterrupt(() => {
    if (cancel.signal.aborted) {
      leave.abort();
      return;
    }
    live.note(said());
    cancel.abort();
  });
  return { cancel: cancel.signal, leave: leave.signal, release };
}

/** The same for what is only watched: the first Ctrl-C leaves. */
export function createLeave({ dependencies }: Call): Stop {
  const leave = new AbortController();
  const release = dependencies.onInterrupt(() => leave.abort());
  return { cancel: new AbortController().signal, leave: leave.signal, release };
}
