import { useState } from 'react';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';

/** Something that a person asked for: whether it is under way, and why it was refused. */
interface Attempt {
  readonly busy: boolean;
  readonly error: WireError | undefined;
  /** Tries it; `then` follows when it went well. */
  readonly run: (work: () => Promise<unknown>, then?: () => void) => void;
}

/** For a form that stays with its error until it goes well. */
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
