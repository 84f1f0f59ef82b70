import type { Call } from '../call.ts';

/** The signals of Ctrl-C: `cancel` ends what runs and lets nothing else begin, `leave` lets it run on unwatched. */
export interface Stop {
  readonly cancel: AbortSignal;
  readonly leave: AbortSignal;
  /** Stops listening to Ctrl-C. */
  release(): void;
}

/** Listens to Ctrl-C until `release`: the first one shows the note from `said` and cancels, the second one leaves. */
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

/** Listens to Ctrl-C for a command that only watches: the first one leaves, nothing is cancelled. */
export function createLeave({ dependencies }: Call): Stop {
  const leave = new AbortController();
  const release = dependencies.onInterrupt(() => leave.abort());
  return { cancel: new AbortController().signal, leave: leave.signal, release };
}
