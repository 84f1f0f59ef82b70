import type { ReactNode } from 'react';
import type { MachineKey } from '../../shared/api/apiModel.ts';
import type { OperationSummary } from '../../shared/model.ts';
import { wordFor } from '../../shared/newerNames.ts';
import { useFormats, useText } from '../i18n/useText.ts';
import { progressSentence, useProgress } from '../lifecycle/useProgress.ts';
import type { LogSessions } from '../logs/sessions.ts';
import { StateMark } from '../ui/StateMark.tsx';

/** Shows what an operation is doing and, once its log has told, at which step it is. */
export function BusyMark({
  sessions,
  machine,
  operation: { id, verb },
}: {
  readonly sessions: LogSessions;
  readonly machine: MachineKey;
  readonly operation: OperationSummary;
}): ReactNode {
  const text = useText();
  const formats = useFormats();
  const progress = useProgress(sessions, machine, id);
  const state = wordFor(text.app.working, verb);
  return (
    <StateMark tone="busy">
      {progress === undefined
        ? state
        : progressSentence(text.machines.repositories.busy, progress, formats, { state })}
    </StateMark>
  );
}
