import type { OperationEvent, OperationHead, Outcome, Step, Verdict } from '../../shared/model.ts';

/** How one step of a running or ended operation stands. */
export type StepState = 'waiting' | 'running' | 'not-run' | Outcome;

/** A step with what is known of it. `from` and `to`: its part of the output, in the machine's positions. */
export interface StepView {
  readonly step: Step;
  readonly state: StepState;
  readonly startedAt?: number;
  readonly milliseconds?: number;
  readonly exitCode?: number;
  readonly from?: number;
  readonly to?: number;
}

/** How far a copy is: bytes of `total`, and bytes per second. */
interface CopyView {
  readonly done: number;
  readonly total: number;
  readonly rate: number;
}

/** An operation as its events tell it. `copy`: of the step that runs. */
export interface OperationView {
  readonly head?: OperationHead;
  readonly steps: readonly StepView[];
  readonly copy?: CopyView;
  readonly verdict?: Verdict;
  readonly endedAt?: number;
}

/**
 * What the events of an operation say, in the order of its plan. The plan may come twice: an `up --mount` learns its
 * Rediaccfiles on the way. `ended`: it is over although no verdict came (lost).
 */
export function operationView(events: readonly OperationEvent[], ended = false): OperationView {
  const views = new Map<number, StepView>();
  let head: OperationHead | undefined;
  let verdict: Verdict | undefined;
  let endedAt: number | undefined;
  let copy: CopyView | undefined;
  for (const event of events) {
    switch (event.type) {
      case 'started':
        head = event.operation;
        break;
      case 'plan':
        for (const step of event.plan.steps) {
          views.set(step.index, { ...(views.get(step.index) ?? { state: 'waiting' }), step });
        }
        break;
      case 'step-started':
        views.set(event.step.index, {
          step: event.step,
          state: 'running',
          startedAt: event.at,
          from: event.output,
        });
        break;
      case 'step-ended':
        views.set(event.result.step.index, endedStep(views.get(event.result.step.index), event));
        copy = undefined;
        break;
      case 'verdict':
        verdict = event.verdict;
        endedAt = event.at;
        break;
      case 'progress':
        copy = { done: event.done, total: event.total, rate: event.rate };
        break;
      case 'notice':
        break;
    }
  }
  const over = ended || verdict !== undefined;
  const steps = [...views.values()].sort((a, b) => a.step.index - b.step.index);
  return {
    ...(head === undefined ? {} : { head }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(copy === undefined || over ? {} : { copy }),
    steps: over ? steps.map(leftBehind) : steps,
  };
}

function endedStep(
  before: StepView | undefined,
  { at, output, result }: Extract<OperationEvent, { type: 'step-ended' }>,
): StepView {
  const { step, outcome, exitCode } = result;
  const startedAt = before?.startedAt ?? at;
  return {
    step,
    state: outcome,
    startedAt,
    milliseconds: Math.max(0, at - startedAt),
    from: before?.from ?? output,
    to: output,
    ...(exitCode === undefined ? {} : { exitCode }),
  };
}

/** What never ended will not any more. */
function leftBehind(view: StepView): StepView {
  if (view.state === 'waiting') return { ...view, state: 'not-run' };
  return view.state === 'running' ? { ...view, state: 'cancelled' } : view;
}

/** The step that an operation is at, of how many; `copy` while that step copies. */
export interface Progress {
  readonly step: number;
  readonly total: number;
  readonly copy?: CopyView;
}

/** How far an operation is, for "step 6 of 9": the step that runs now, or the last one that ran, counted from 1. */
export function progressOf({ steps, copy }: OperationView): Progress {
  const begun = steps.filter(({ state }) => state !== 'waiting' && state !== 'not-run');
  return { step: begun.length, total: steps.length, ...(copy !== undefined && { copy }) };
}

/** The first step that failed, for the way from the red mark to its lines. */
export function failedStep({ steps }: OperationView): StepView | undefined {
  return steps.find(({ state }) => state === 'failed');
}
