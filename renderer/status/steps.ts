import type { OperationEvent, OperationHead, Outcome, Step, Verdict } from '../../shared/model.ts';

/** The state of one step of a running or ended operation. */
export type StepState = 'waiting' | 'running' | 'not-run' | Outcome;

/**
 * A step with all that the events told of it. `from` and `to` bound its part of the output, in the machine's positions.
 */
export interface StepView {
  readonly step: Step;
  readonly state: StepState;
  readonly startedAt?: number;
  readonly milliseconds?: number;
  readonly exitCode?: number;
  readonly from?: number;
  readonly to?: number;
}

/** The progress of a copy: `done` bytes of `total`, at `rate` bytes per second. */
interface CopyView {
  readonly done: number;
  readonly total: number;
  readonly rate: number;
}

/** An operation as its events tell it. `copy` belongs to the step that runs. */
export interface OperationView {
  readonly head?: OperationHead;
  readonly steps: readonly StepView[];
  readonly copy?: CopyView;
  readonly verdict?: Verdict;
  readonly endedAt?: number;
}

/**
 * Puts the events of an operation together, with its steps in the order of the plan. The plan may come twice: an `up
 * --mount` learns of its Rediaccfiles on the way. `ended` means that the operation is over although no verdict came (it
 * is lost).
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

/** Returns a step as it stands once its operation is over: a step that has not ended by then never will. */
function leftBehind(view: StepView): StepView {
  if (view.state === 'waiting') return { ...view, state: 'not-run' };
  return view.state === 'running' ? { ...view, state: 'cancelled' } : view;
}

/** The number of the step that an operation is at, and of all its steps. `copy` is there while that step copies. */
export interface Progress {
  readonly step: number;
  readonly total: number;
  readonly copy?: CopyView;
}

/**
 * Returns how far an operation is, for "step 6 of 9": the step that runs now, or the last one that ran, counted from 1.
 */
export function progressOf({ steps, copy }: OperationView): Progress {
  const begun = steps.filter(({ state }) => state !== 'waiting' && state !== 'not-run');
  return { step: begun.length, total: steps.length, ...(copy !== undefined && { copy }) };
}
