import { useState } from 'react';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';

/** An action that a person asked for: whether it is under way, and why it was refused. */
interface Attempt {
  readonly busy: boolean;
  readonly error: WireError | undefined;
  /** Tries the action. `then` is called when it went well. */
  readonly run: (work: () => Promise<unknown>, then?: () => void) => void;
}

/** Runs the action of a form, so that the form can stay open with its error until the action goes well. */
export function useAttempt(): Attempt {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError>();
  const run = async (work: () => Promise<unknown>, then: () => void): Promise<void> => {
    setBusy(true);
    setError(undefined);
    try {
      await work();
      then();
    } catch (reason) {
      setError(toWire(reason));
    }
    setBusy(false);
  };
  return { busy, error, run: (work, then = () => undefined) => void run(work, then) };
}
