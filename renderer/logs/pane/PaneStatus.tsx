import type { ReactNode } from 'react';
import { assertNever, fill } from '../../../shared/errors.ts';
import { describeError, fromWire } from '../../../shared/errors.ts';
import type { PaneSpec } from '../../state/dockStore.ts';
import { useText } from '../../i18n/useText.ts';
import { stepTone, verdictTone } from '../../status/tones.ts';
import { operationView } from '../../status/steps.ts';
import type { StepView } from '../../status/steps.ts';
import { StateShape } from '../../ui/StateMark.tsx';
import type { Tone } from '../../ui/StateMark.tsx';
import { useNow } from '../../ui/useNow.ts';
import type { LogSnapshot } from '../logRecord.ts';

/** Shows the name and the state of a pane: how its operation or step ended, or why nothing comes. */
export function PaneStatus({
  pane,
  snapshot,
  step,
}: {
  readonly pane: PaneSpec;
  readonly snapshot: LogSnapshot;
  readonly step: StepView | undefined;
}): ReactNode {
  const { tone, word } = useStatus(snapshot, step);
  return (
    <div className="flex min-w-0 items-center gap-2">
      <StateShape tone={tone} />
      <h3 className="truncate text-sm font-semibold">{pane.title}</h3>
      <span role="status" className="truncate font-mono text-sm text-muted">
        {word}
      </span>
    </div>
  );
}

/** Returns a pane's state: of the connection where it is broken, else of its step or operation. */
function useStatus(
  { status, events }: LogSnapshot,
  step: StepView | undefined,
): { tone: Tone; word: string } {
  const text = useText();
  const { log, lifecycle } = text.panes;
  const now = useNow();
  switch (status.kind) {
    case 'connecting':
      return { tone: 'busy', word: log.connecting };
    case 'disconnected':
      return {
        tone: 'stale',
        word:
          status.retryAt === undefined
            ? log.disconnected
            : fill(log.retryIn, { seconds: Math.max(0, Math.ceil((status.retryAt - now) / 1000)) }),
      };
    case 'failed':
      return { tone: 'fail', word: describeError(fromWire(status.error), text).message };
    case 'lost':
      return { tone: 'stale', word: log.lost };
    case 'following':
    case 'ended':
      break;
    default:
      return assertNever(status);
  }
  if (step !== undefined) {
    const word =
      step.state === 'failed' && step.exitCode !== undefined
        ? fill(lifecycle.exit, { code: step.exitCode })
        : lifecycle.states[step.state];
    return { tone: stepTone(step.state), word };
  }
  const { verdict } = operationView(events);
  if (verdict !== undefined) return { tone: verdictTone(verdict.kind), word: text.verdicts[verdict.kind] };
  return status.kind === 'ended' ? { tone: 'idle', word: log.ended } : { tone: 'busy', word: '' };
}
