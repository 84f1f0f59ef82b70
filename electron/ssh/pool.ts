import type { SshSession, SshTarget } from './types.ts';

/** The sessions, shared by callers that work in the same context with the same identity. */
export interface SshPool {
  /** Returns the open session of this key and target, or opens one. Callers at the same time share one attempt. */
  acquire(key: string, target: SshTarget): Promise<SshSession>;
  /** Ends all sessions. */
  endAll(): void;
}

/**
 * Makes a pool over `connect`. A session that is over is replaced at the next call, and a failed attempt is repeated.
 */
export function createPool(connect: (target: SshTarget) => Promise<SshSession>): SshPool {
  const sessions = new Map<string, Promise<SshSession>>();
  return {
    acquire: (key, target) => {
      const identity = JSON.stringify([key, target.host, target.port, target.user, target.keyFile]);
      const open = sessions.get(identity);
      if (open !== undefined) return open;
      const connecting = connect(target);
      sessions.set(identity, connecting);
      const forget = (): void => {
        if (sessions.get(identity) === connecting) sessions.delete(identity);
      };
      connecting.then((session) => void session.closed.then(forget), forget);
      return connecting;
    },
    endAll: () => {
      for (const connecting of sessions.values()) {
        connecting.then(
          (session) => session.end(),
          () => undefined,
        );
      }
      sessions.clear();
    },
  };
}
