import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import { continuesAfter, verdictOf } from '../../shared/lifecycle.ts';
import type { Step, StepResult, Verdict } from '../../shared/model.ts';
import type { PlanWith } from '../../shared/plan/planSteps.ts';
import type { StepLog } from './log/lastLines.ts';
import { takesSecret } from './secrets.ts';
import type { Secrets } from './secrets.ts';
import type { Performed } from './steps/perform.ts';
import { undo } from './undo.ts';
import type { UndoDependencies } from './undo.ts';

/** A plan, and how its steps are done. */
interface PlanRun<Each extends Step> {
  plan: PlanWith<Each>;
  /** Does one step. An error that it throws becomes the step's failure. */
  perform: (step: Each) => Promise<Performed>;
  /** Returns the complete plan after the step `discover`. An error that it throws becomes that step's failure. */
  complete?: (plan: PlanWith<Each>) => Promise<PlanWith<Each>>;
  /** Returns the error that says what still runs after the last step, if anything does. */
  remains?: () => Promise<WireError | undefined>;
}

/** The dependencies of a run, beside those of its steps. */
type RunDependencies = UndoDependencies & {
  log: StepLog;
  signal: AbortSignal;
  secrets: Pick<Secrets, 'wipe'>;
};

/**
 * Runs a plan step by step, and logs the beginning and the end of each step. Passphrases are overwritten before the first
 * step after which none is needed: functions run for hours. After a failure or a cancel it takes back what was half done.
 * Resolves with the verdict, which the caller logs last.
 */
export async function runPlan<Each extends Step>(
  { plan: first, perform, complete, remains }: PlanRun<Each>,
  dependencies: RunDependencies,
): Promise<Verdict> {
  const { log, signal, secrets } = dependencies;
  const results: StepResult[] = [];
  let plan = first;
  for (let index = 0; index < plan.steps.length && !signal.aborted; index += 1) {
    const step = plan.steps[index];
    if (step === undefined) break;
    if (!plan.steps.slice(index).some(takesSecret)) secrets.wipe();
    log.begin(step);
    let whole: PlanWith<Each> | undefined;
    const result = await resultOf(step, async () => {
      const performed = await perform(step);
      if (step.kind === 'discover' && performed.outcome === 'succeeded') whole = await complete?.(plan);
      return performed;
    });
    log.event({ type: 'step-ended', result });
    if (whole !== undefined) {
      plan = whole;
      log.event({ type: 'plan', plan });
    }
    results.push(result);
    if (!continuesAfter(result)) break;
  }
  const cancelled = signal.aborted && !finished(plan.steps.length, results);
  const left = cancelled ? undefined : await remains?.();
  const verdict = verdictOf(plan, results, { cancelled, remains: left }, (step) => log.lastLinesOf(step));
  if (verdict.kind === 'failed' || verdict.kind === 'cancelled') await undo(plan.verb, results, dependencies);
  return verdict;
}

async function resultOf(step: Step, perform: () => Promise<Performed>): Promise<StepResult> {
  try {
    return { step, ...(await perform()) };
  } catch (error) {
    return { step, outcome: 'failed', error: toWire(error) };
  }
}

/** Tells whether every step ran to its own end: a cancel that came after the last step changed nothing. */
function finished(steps: number, results: readonly StepResult[]): boolean {
  return results.length === steps && results.every((result) => result.outcome !== 'cancelled');
}
