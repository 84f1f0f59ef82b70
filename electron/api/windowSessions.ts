import type { ApiEvent, ApiPayload } from '../../shared/api/api.ts';
import { createLogs } from './logs.ts';
import type { Logs } from './logs.ts';
import type { Sink } from './sink.ts';
import { createStateChanges } from './stateChanges.ts';
import type { StateChange } from './stateChanges.ts';

/** One window: the way to send it events, and the logs that it has open. */
export interface Session {
  tell<E extends Exclude<ApiEvent, 'state.changed'>>(event: E, payload: ApiPayload<E>): void;
  /** Sends a change of the projection, merged with changes that are not sent yet. */
  changed(change: StateChange): void;
  readonly logs: Logs;
  /** Takes note whether a person can look at the window now; until the first call nobody can. */
  look(looking: boolean): void;
  /** Closes the logs of a window that is gone. Operations go on. */
  close(): void;
}

/** All windows that are connected. */
export interface WindowSessions {
  open(sink: Sink): Session;
  /** Tells every window. */
  tell<E extends Exclude<ApiEvent, 'state.changed'>>(event: E, payload: ApiPayload<E>): void;
  /** Sends a change of the projection to every window. */
  changed(change: StateChange): void;
  /** Returns the number of windows. */
  count(): number;
  /** Returns whether a person can look at one of the windows. */
  isLooked(): boolean;
}

/** Makes the list of windows that are connected. */
export function createWindowSessions(): WindowSessions {
  const sessions = new Set<Session>();
  const looked = new Set<Session>();
  return {
    open: (sink) => {
      const state = createStateChanges((change) => sink.send('state.changed', change));
      const session: Session = {
        tell: (event, payload) => void sink.send(event, payload),
        changed: (change) => state.add(change),
        logs: createLogs(sink),
        look: (looking) => {
          if (looking && sessions.has(session)) looked.add(session);
          else looked.delete(session);
        },
        close: () => {
          sessions.delete(session);
          looked.delete(session);
          session.logs.closeAll();
        },
      };
      sessions.add(session);
      return session;
    },
    tell: (event, payload) => {
      for (const session of sessions) session.tell(event, payload);
    },
    changed: (change) => {
      for (const session of sessions) session.changed(change);
    },
    count: () => sessions.size,
    isLooked: () => looked.size > 0,
  };
}
