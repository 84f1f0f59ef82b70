import { useEffect, useState } from 'react';
import type { LogSource } from '../../shared/api.ts';
import type { OperationEntry } from '../../shared/apiModel.ts';
import { operationView, progressOf } from '../lifecycle/steps.ts';
import type { Sessions } from '../logs/sessions.ts';
import { sourceKey } from '../logs/sourceKey.ts';

/** How far a running operation is, from its log, which is read once however many show it. */
export function useProgress(
  sessions: Sessions,
  { machine: { context, name }, id }: Pick<OperationEntry, 'machine' | 'id'>,
): { readonly step: number; readonly total: number } | undefined {
  const [progress, setProgress] = useState<{ step: number; total: number }>();
  useEffect(() => {
    const source: LogSource = { kind: 'operation', machine: { context, name }, operation: id };
    const key = sourceKey(source);
    const session = sessions.acquire(key, source);
    const show = (): void => {
      const next = progressOf(operationView(session.snapshot().events));
      setProgress((before) => (before?.step === next.step && before.total === next.total ? before : next));
    };
    show();
    const off = session.subscribe(show);
    return () => {
      off();
      sessions.release(key);
    };
  }, [sessions, context, name, id]);
  return progress;
}
