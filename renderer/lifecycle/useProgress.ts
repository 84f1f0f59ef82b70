import { useEffect, useState } from 'react';
import type { LogSource } from '../../shared/api.ts';
import type { MachineKey } from '../../shared/apiModel.ts';
import { operationView, progressOf } from './steps.ts';
import type { Sessions } from '../logs/sessions.ts';
import { sourceKey } from '../logs/sourceKey.ts';

/**
 * How far a running operation is, from its log, which is read once however many show it; undefined while its plan is
 * not known, and without an operation.
 */
export function useProgress(
  sessions: Sessions,
  { context, name }: MachineKey,
  operation: string | undefined,
): { readonly step: number; readonly total: number } | undefined {
  const [progress, setProgress] = useState({ step: 0, total: 0 });
  useEffect(() => {
    if (operation === undefined) return;
    const source: LogSource = { kind: 'operation', machine: { context, name }, operation };
    const key = sourceKey(source);
    const session = sessions.acquire(key, source);
    const show = (): void => {
      const next = progressOf(operationView(session.snapshot().events));
      setProgress((before) => (before.step === next.step && before.total === next.total ? before : next));
    };
    show();
    const off = session.subscribe(show);
    return () => {
      off();
      sessions.release(key);
    };
  }, [sessions, context, name, operation]);
  return operation === undefined || progress.total === 0 ? undefined : progress;
}
