import type { ApiClient, LogSource } from '../../shared/api/api.ts';
import { openLog } from './logSession.ts';
import type { LogSession } from './logSession.ts';

/** Logs that are open, each read once however many look at it. */
export interface LogSessions {
  /** The log under a key, opened when nobody reads it yet. Give it back with `release`. */
  acquire(key: string, source: LogSource): LogSession;
  release(key: string): void;
  /** The log under a key, while anybody reads it. */
  find(key: string): LogSession | undefined;
}

/** No log open yet. */
export function createLogSessions(api: ApiClient): LogSessions {
  const open = new Map<string, { session: LogSession; readers: number }>();
  return {
    acquire: (key, source) => {
      const found = open.get(key) ?? { session: openLog(api, source, Date.now), readers: 0 };
      found.readers += 1;
      open.set(key, found);
      return found.session;
    },
    find: (key) => open.get(key)?.session,
    release: (key) => {
      const found = open.get(key);
      if (!found) return;
      found.readers -= 1;
      if (found.readers > 0) return;
      open.delete(key);
      found.session.close();
    },
  };
}
