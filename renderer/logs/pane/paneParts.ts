import type { PaneSpec } from '../../state/dockStore.ts';
import { operationView } from '../../status/steps.ts';
import type { StepView } from '../../status/steps.ts';
import type { LogSnapshot } from '../logRecord.ts';
import type { OutputRange } from '../view/outputRange.ts';

/** Returns true when no more output comes, because the operation ended or the machine lost it. */
export function isOver({ status }: LogSnapshot): boolean {
  return status.kind === 'ended' || status.kind === 'lost';
}

/** Returns true while more output may come. */
export function isLive({ status }: LogSnapshot, step: StepView | undefined): boolean {
  return status.kind === 'following' && (step === undefined || step.state === 'running');
}

/** Returns the step whose output the pane shows; undefined for a pane of a whole log, and before the step is known. */
export function stepOf({ step }: PaneSpec, snapshot: LogSnapshot): StepView | undefined {
  if (step === undefined) return undefined;
  return operationView(snapshot.events, isOver(snapshot)).steps.find(
    ({ step: one }) => one.kind === 'function' && one.file === step.file && one.function === step.function,
  );
}

/** Returns the part of the log that the pane shows; undefined while its step has not begun. */
export function rangeOf(pane: PaneSpec, step: StepView | undefined): OutputRange | undefined {
  if (pane.step === undefined) return { from: 0 };
  if (step?.from === undefined) return undefined;
  return { from: step.from, ...(step.to === undefined ? {} : { to: step.to }) };
}
