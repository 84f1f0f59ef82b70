import { useEffect, useState } from 'react';
import type { LogSource } from '../../shared/api.ts';
import type { MachineKey } from '../../shared/apiModel.ts';
import { operationView, progressOf } from './steps.ts';
import type { Progress } from './steps.ts';
import type { Formats } from '../format/format.ts';
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
): Progress | undefined {
  const [progress, setProgress] = useState<Progress>({ step: 0, total: 0 });
  useEffect(() => {
    if (operation === undefined) return;
    const source: LogSource = { kind: 'operation', machine: { context, name }, operation };
    const key = sourceKey(source);
    const session = sessions.acquire(key, source);
    const show = (): void => {
      const next = progressOf(operationView(session.snapshot().events));
      setProgress((before) => (isSame(before, next) ? before : next));
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

function isSame(before: Progress, { step, total, copy }: Progress): boolean {
  const [was, is] = [before.copy, copy];
  return before.step === step && before.total === total && was?.done === is?.done && was?.rate === is?.rate;
}

/** How far a copy is, behind what is said of its step: ", 42 %, 80 MB/s"; nothing where nothing is copied. */
export function copyWords({ copy }: Progress, { percent, size }: Formats): string {
  if (copy === undefined || copy.total === 0) return '';
  return `, ${percent(copy.done / copy.total)}, ${size(copy.rate)}/s`;
}
