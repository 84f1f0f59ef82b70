import { assertNever } from '../../shared/errors.ts';
import type { Plan, Step, Verdict } from '../../shared/model.ts';
import type { PlanOf, PlanWith } from '../../shared/planSteps.ts';
import type { OptionsOf } from '../../shared/verbs.ts';
import { createFunctionTime } from '../functions/functionTime.ts';
import type { StepLog } from './log/lastLines.ts';
import { planOnceMounted } from './plan.ts';
import type { Prepared } from './prepare.ts';
import { runPlan } from './runPlan.ts';
import type { FunctionDependencies, StepDependencies } from './stepDependencies.ts';
import { autostartDisableSteps, autostartEnableSteps } from './steps/autostartSteps.ts';
import { forkSteps } from './steps/forkSteps.ts';
import { functionSteps } from './steps/functionSteps.ts';
import { headerSteps, passphraseSteps } from './steps/keySteps.ts';
import { releaseSlotSteps, renameSteps } from './steps/nameSteps.ts';
import { performBy } from './steps/perform.ts';
import type { Performed } from './steps/perform.ts';
import { closingSteps, createSteps, deleteSteps, openingSteps, resizeSteps } from './steps/volumeSteps.ts';

/** What the steps of a verb work with, and their log. */
type VerbDependencies = StepDependencies & { log: StepLog };

/** Runs a prepared verb to its verdict: each step of its plan by what this verb does at a step of that kind. */
export function runVerb(prepared: Prepared, work: VerbDependencies): Promise<Verdict> {
  const run = <Each extends Step>(
    plan: PlanWith<Each>,
    perform: (step: Each) => Promise<Performed>,
  ): Promise<Verdict> => runPlan({ plan, perform }, work);
  switch (prepared.verb) {
    case 'create':
      return run(prepared.plan, performBy(createSteps(work, prepared.options)));
    case 'fork':
      return run(prepared.plan, performBy(forkSteps(work, prepared.parent)));
    case 'mount':
      return run(prepared.plan, performBy(openingSteps(work)));
    case 'unmount':
      return run(prepared.plan, performBy(closingSteps(work)));
    case 'up':
      return runUp(prepared.plan, prepared.options, work);
    case 'down': {
      const functions = functionDependencies(prepared.plan, prepared.options, work);
      return run(prepared.plan, performBy({ ...functionSteps(functions), ...closingSteps(work) }));
    }
    case 'delete':
      return run(prepared.plan, performBy(deleteSteps(work)));
    case 'autostart-enable':
      return run(prepared.plan, performBy(autostartEnableSteps(work, prepared.options)));
    case 'autostart-disable':
      return run(prepared.plan, performBy(autostartDisableSteps(work)));
    case 'rename':
      return run(prepared.plan, performBy(renameSteps(work, prepared.options)));
    case 'release-slot':
      return run(prepared.plan, performBy(releaseSlotSteps(work, prepared.options)));
    case 'resize':
      return run(prepared.plan, performBy(resizeSteps(work, prepared.options)));
    case 'passphrase-change':
      return run(prepared.plan, performBy(passphraseSteps(work)));
    case 'header-restore':
      return run(prepared.plan, performBy(headerSteps(work, prepared.options)));
    default:
      return assertNever(prepared);
  }
}

/** An up that had to mount first sees its Rediaccfiles on the way, and its plan is completed then. */
function runUp(plan: PlanOf<'up'>, options: OptionsOf<'up'>, work: VerbDependencies): Promise<Verdict> {
  const functions = functionDependencies(plan, options, work);
  const perform = performBy({ ...openingSteps(work), ...functionSteps(functions) });
  const complete = async (incomplete: PlanOf<'up'>): Promise<PlanOf<'up'>> => {
    const whole = await planOnceMounted(work.machine.paths, work.repository.guid, options, incomplete);
    functions.files = filesOf(whole);
    return whole;
  };
  return runPlan({ plan, perform, complete }, work);
}

/** The Rediaccfiles of a plan, each once. */
function filesOf({ steps }: Plan): readonly string[] {
  return [...new Set(steps.flatMap((step) => (step.kind === 'function' ? [step.file] : [])))];
}

function functionDependencies(
  plan: Plan,
  { timeLimit }: Pick<OptionsOf<'up'>, 'timeLimit'>,
  work: StepDependencies,
): FunctionDependencies {
  return {
    ...work,
    files: filesOf(plan),
    broken: new Map(),
    time: createFunctionTime(work.signal, timeLimit),
  };
}
