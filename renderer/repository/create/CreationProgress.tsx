import { useMemo } from 'react';
import type { ReactNode } from 'react';
import type { ApiClient, LogSource } from '../../../shared/api/api.ts';
import { fill } from '../../../shared/errors.ts';
import { operationPane } from '../../state/panes.ts';
import { useFormats, useText } from '../../i18n/useText.ts';
import { stepText } from '../../../shared/text/stepText.ts';
import { operationView } from '../../status/steps.ts';
import type { StepView } from '../../status/steps.ts';
import { stepTone } from '../../status/tones.ts';
import { LogPane } from '../../logs/LogPane.tsx';
import type { LogSessions } from '../../logs/sessions.ts';
import { useLog } from '../../logs/useLog.ts';
import { useSession } from '../../logs/useSession.ts';
import type { LogSession } from '../../logs/logSession.ts';
import { useAppState } from '../../state/appState.ts';
import { ErrorBlock } from '../../ui/ErrorBlock.tsx';
import { StateShape } from '../../ui/StateMark.tsx';
import { StepLine, StepList } from '../../ui/StepLine.tsx';
import { useNow } from '../../ui/useNow.ts';
import type { Creation, CreationPhase } from './creations.ts';
import { partsOf, partTone, spanOf } from './parts.ts';
import { useTemplates } from './useTemplates.ts';

/** Shows how far a creation is: its parts, the steps of the part that runs, and their log. */
export function CreationProgress({
  api,
  sessions,
  creation,
}: {
  readonly api: ApiClient;
  readonly sessions: LogSessions;
  readonly creation: Creation;
}): ReactNode {
  const text = useText();
  const words = text.creation;
  const { list } = useFormats();
  const files = useTemplates(api).find(({ template }) => template === creation.template)?.files ?? [];
  const labels: Readonly<Record<CreationPhase, string>> = {
    create: words.parts.create,
    template: fill(words.parts.template, { files: list(files) }),
    up: words.parts.up,
  };
  return (
    <>
      <StepList label={creation.name}>
        {partsOf(creation).map((part) => (
          <Part key={part} part={part} label={labels[part]} sessions={sessions} creation={creation} />
        ))}
      </StepList>
      {creation.error !== undefined && <ErrorBlock error={creation.error} />}
      <RunningLog sessions={sessions} creation={creation} />
    </>
  );
}

interface PartProps {
  readonly part: CreationPhase;
  readonly label: string;
  readonly sessions: LogSessions;
  readonly creation: Creation;
}

function Part(props: PartProps): ReactNode {
  const { part, label, sessions, creation } = props;
  const operation = part === 'template' ? undefined : creation.operations[part];
  const session = useOperationLog(sessions, creation, operation);
  if (session !== undefined) return <LivePart {...props} session={session} />;
  return <StepLine tone={partTone(creation, part)} label={label} />;
}

/** Shows a part with the steps of its operation. Once the part has gone well, only how long it took is shown. */
function LivePart({
  part,
  label,
  creation,
  session,
}: PartProps & { readonly session: LogSession }): ReactNode {
  const { duration } = useFormats();
  const now = useNow();
  const { events, status } = useSession(session);
  const { steps } = operationView(events, status.kind === 'lost');
  const tone = partTone(creation, part);
  const span = spanOf(steps, now);
  return (
    <StepLine tone={tone} label={label} note={span === undefined ? undefined : duration(span)}>
      {tone === 'ok' || steps.length === 0 ? undefined : <Steps steps={steps} />}
    </StepLine>
  );
}

function Steps({ steps }: { readonly steps: readonly StepView[] }): ReactNode {
  const text = useText();
  const { duration } = useFormats();
  return (
    <ul className="flex flex-col gap-1">
      {steps.map(({ step, state, milliseconds }) => (
        <li key={step.index} className="flex items-center gap-2.5">
          <StateShape tone={stepTone(state)} size={11} label={text.panes.lifecycle.states[state]} />
          <span className={state === 'waiting' || state === 'not-run' ? 'text-muted' : ''}>
            {stepText(step, text)}
          </span>
          {state === 'not-defined' && (
            <span className="text-faint">{text.panes.lifecycle.states['not-defined']}</span>
          )}
          {milliseconds !== undefined && state !== 'not-defined' && (
            <span className="tabular ml-auto text-sm text-muted">{duration(milliseconds)}</span>
          )}
        </li>
      ))}
    </ul>
  );
}

function RunningLog({
  sessions,
  creation,
}: {
  readonly sessions: LogSessions;
  readonly creation: Creation;
}): ReactNode {
  const text = useText();
  const screenReader = useAppState(({ settings }) => settings?.screenReader ?? false);
  const { operations, machine, name } = creation;
  const verb = operations.up === undefined ? 'create' : 'up';
  const id = operations[verb];
  const session = useOperationLog(sessions, creation, id);
  if (id === undefined || session === undefined) return null;
  const pane = operationPane({ id, machine, repository: name }, text.app.verbs[verb]);
  return (
    <div className="h-[220px] overflow-hidden rounded-lg border">
      <LogPane key={id} pane={pane} session={session} screenReader={screenReader} />
    </div>
  );
}

function useOperationLog(
  sessions: LogSessions,
  { machine }: Creation,
  operation: string | undefined,
): LogSession | undefined {
  const { context, name } = machine;
  const source = useMemo(
    (): LogSource | undefined =>
      operation === undefined ? undefined : { kind: 'operation', machine: { context, name }, operation },
    [context, name, operation],
  );
  return useLog(sessions, source);
}
