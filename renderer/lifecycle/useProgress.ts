import { useEffect, useState } from 'react';
import type { LogSource } from '../../shared/api/api.ts';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import { fill } from '../../shared/errors.ts';
import { operationView, progressOf } from '../status/steps.ts';
import type { Progress } from '../status/steps.ts';
import type { Formats } from '../format/format.ts';
import type { LogSessions } from '../logs/sessions.ts';
import { sourceKey } from '../logs/sourceKey.ts';

/**
 * Returns how far a running operation is, read from its log. The log is read once, however many components show it.
 * Returns undefined until the operation's plan is known, and without an operation.
 */
export function useProgress(
  sessions: LogSessions,
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

/**
 * Fills a sentence with the step that an operation is at, `{step}` of `{total}`. While that step copies, it adds how
 * far the copy is: "Step 3 of 7, 42 %, 80 MB/s". `names` fills the sentence's other placeholders.
 */
export function progressSentence(
  sentence: string,
  { step, total, copy }: Progress,
  { number, percent, size }: Formats,
  names: Readonly<Record<string, string>> = {},
): string {
  const said = fill(sentence, { ...names, step: number(step), total: number(total) });
  if (copy === undefined || copy.total === 0) return said;
  return `${said}, ${percent(copy.done / copy.total)}, ${size(copy.rate)}/s`;
}
