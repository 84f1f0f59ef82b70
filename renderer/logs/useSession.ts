import { useEffect, useState } from 'react';
import type { LogSnapshot } from './logRecord.ts';
import type { LogSession } from './logSession.ts';

/**
 * Returns a log's snapshot. It is renewed at most once per picture that the window draws, because in a flood of output
 * the log changes far more often.
 */
export function useSession(session: LogSession): LogSnapshot {
  const [snapshot, setSnapshot] = useState(() => session.snapshot());
  useEffect(() => {
    let frame: number | undefined;
    const show = (): void => {
      frame = undefined;
      setSnapshot(session.snapshot());
    };
    show();
    const off = session.subscribe(() => (frame ??= requestAnimationFrame(show)));
    return () => {
      off();
      if (frame !== undefined) cancelAnimationFrame(frame);
    };
  }, [session]);
  return snapshot;
}
