import type { ReactNode } from 'react';
import { useFormats } from '../../i18n/useText.ts';
import { operationView } from '../../status/steps.ts';
import type { StepView } from '../../status/steps.ts';
import { useNow } from '../../ui/useNow.ts';
import type { LogSnapshot } from '../logRecord.ts';
import { isOver } from './paneParts.ts';

/** Shows how long the operation or the step took, or has run until now. */
export function Elapsed({
  step,
  snapshot,
}: {
  readonly step: StepView | undefined;
  readonly snapshot: LogSnapshot;
}): ReactNode {
  const formats = useFormats();
  const now = useNow();
  const { head, endedAt } = operationView(snapshot.events);
  const startedAt = step?.startedAt ?? head?.startedAt;
  if (startedAt === undefined) return null;
  const took = step?.milliseconds ?? (endedAt === undefined ? undefined : endedAt - startedAt);
  if (took === undefined && isOver(snapshot)) return null;
  return (
    <span className="tabular px-1 text-sm text-muted">
      {formats.duration(Math.max(0, took ?? now - startedAt))}
    </span>
  );
}
