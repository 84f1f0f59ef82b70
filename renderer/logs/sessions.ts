import type { ApiClient, LogSource } from '../../shared/api/api.ts';
import { openLog } from './logSession.ts';
import type { LogSession } from './logSession.ts';

/** The logs that are open, each read once however many panes show it. */
export interface LogSessions {
  /** Returns the log under a key, and opens it if no pane shows it yet. Give it back with `release`. */
  acquire(key: string, source: LogSource): LogSession;
  /** Gives a log back; it is closed when no pane shows it any more. */
  release(key: string): void;
  /** Returns the log under a key; undefined when no pane shows it. */
  find(key: string): LogSession | undefined;
}

/** Creates the register of open logs, which is empty at first. */
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
