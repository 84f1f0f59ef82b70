import { useCallback, useSyncExternalStore } from 'react';
import type { LogSource } from '../../shared/api/api.ts';
import type { LogSession } from './logSession.ts';
import type { LogSessions } from './sessions.ts';
import { sourceKey } from './sourceKey.ts';

/** Returns the log of a source, which is read for as long as the component is shown; undefined without a source. */
export function useLog(sessions: LogSessions, source: LogSource | undefined): LogSession | undefined {
  const subscribe = useCallback(() => {
    if (source === undefined) return () => undefined;
    const key = sourceKey(source);
    sessions.acquire(key, source);
    return () => sessions.release(key);
  }, [sessions, source]);
  return useSyncExternalStore(subscribe, () =>
    source === undefined ? undefined : sessions.find(sourceKey(source)),
  );
}
