import type { Call } from './call.ts';

/** Ctrl-C: the first cancels what runs and begins nothing else, the second leaves what runs. */
export interface Stop {
  readonly cancel: AbortSignal;
  readonly leave: AbortSignal;
  release(): void;
}

/** Listens to Ctrl-C until it is released. */
export function createStop({ world, live, text }: Call): Stop {
  const cancel = new AbortController();
  const leave = new AbortController();
  const release = world.onInterrupt(() => {
    if (cancel.signal.aborted) {
      leave.abort();
      return;
    }
    live.note(text.cli.allCancelling);
    cancel.abort();
  });
  return { cancel: cancel.signal, leave: leave.signal, release };
}
