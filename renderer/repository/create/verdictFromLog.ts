import type { LogSource } from '../../../shared/api/api.ts';
import type { MachineKey } from '../../../shared/api/apiModel.ts';
import { fromWire } from '../../../shared/errors.ts';
import type { Verdict } from '../../../shared/model.ts';
import { lostVerdict } from '../../../shared/verdict.ts';
import { operationView } from '../../status/steps.ts';
import type { LogSession } from '../../logs/logSession.ts';
import type { LogSessions } from '../../logs/sessions.ts';
import { sourceKey } from '../../logs/sourceKey.ts';

/**
 * Returns the verdict of an operation once its own log has told it, whatever happens to the connection meanwhile.
 * Rejects when the log cannot be read.
 */
export async function verdictFromLog(
  sessions: LogSessions,
  machine: MachineKey,
  operation: string,
): Promise<Verdict> {
  const source: LogSource = { kind: 'operation', machine, operation };
  const key = sourceKey(source);
  const session = sessions.acquire(key, source);
  let off = (): void => undefined;
  try {
    return await new Promise<Verdict>((resolve, reject) => {
      const look = (): void => settle(session, operation, resolve, reject);
      off = session.subscribe(look);
      look();
    });
  } finally {
    off();
    sessions.release(key);
  }
}

function settle(
  session: LogSession,
  operation: string,
  resolve: (verdict: Verdict) => void,
  reject: (error: Error) => void,
): void {
  const { events, status } = session.snapshot();
  const { verdict } = operationView(events);
  if (verdict !== undefined) resolve(verdict);
  else if (status.kind === 'failed') reject(fromWire(status.error));
  else if (status.kind === 'lost' || status.kind === 'ended') resolve(lostVerdict(operation));
}
