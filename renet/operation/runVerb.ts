import { AppError, assertNever, toAppError, toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import type { Plan, Step, Verdict } from '../../shared/model.ts';
import type { PlanOf, PlanWith } from '../../shared/plan/planSteps.ts';
import type { OptionsOf } from '../../shared/verbs.ts';
import { createFunctionTime } from '../functions/functionTime.ts';
import type { StepLog } from './log/lastLines.ts';
import { planOnceMounted } from './plan.ts';
import type { Prepared } from './prepare.ts';
import { runPlan } from './runPlan.ts';
import type { FunctionDependencies, StepDependencies } from './stepDependencies.ts';
import { autostartDisablePerformers, autostartEnablePerformers } from './steps/autostartSteps.ts';
import { forkPerformers } from './steps/forkSteps.ts';
import { functionPerformers } from './steps/functionSteps.ts';
import { headerPerformers, passphrasePerformers } from './steps/keySteps.ts';
import { allowPerformers } from './steps/allowSteps.ts';
import { releaseSlotPerformers, renamePerformers, renumberPerformers } from './steps/nameSteps.ts';
import { performBy } from './steps/perform.ts';
import type { Performed } from './steps/perform.ts';
import {
  closingPerformers,
  createPerformers,
  deletePerformers,
  openingPerformers,
  resizePerformers,
} from './steps/volumeSteps.ts';

/** The dependencies of a verb's steps, with a log that knows the steps. */
type VerbDependencies = StepDependencies & { log: StepLog };

/** Runs a prepared verb to its verdict. The verb decides how a step of each kind is done. */
export function runVerb(prepared: Prepared, dependencies: VerbDependencies): Promise<Verdict> {
  const run = <Each extends Step>(
    plan: PlanWith<Each>,
    perform: (step: Each) => Promise<Performed>,
  ): Promise<Verdict> => runPlan({ plan, perform }, dependencies);
  switch (prepared.verb) {
    case 'create':
      return run(prepared.plan, performBy(createPerformers(dependencies, prepared.options)));
    case 'fork':
      return run(prepared.plan, performBy(forkPerformers(dependencies, prepared.parent)));
    case 'mount':
      return run(prepared.plan, performBy(openingPerformers(dependencies)));
    case 'unmount':
      return run(prepared.plan, performBy(closingPerformers(dependencies)));
    case 'up':
      return runUp(prepared.plan, prepared.options, dependencies);
    case 'down': {
      const functions = functionDependencies(prepared.plan, prepared.options, dependencies);
      const perform = performBy({ ...functionPerformers(functions), ...closingPerformers(dependencies) });
      return runPlan({ plan: prepared.plan, perform, remains: () => remainsOf(dependencies) }, dependencies);
    }
    case 'delete':
      return run(prepared.plan, performBy(deletePerformers(dependencies)));
    case 'autostart-enable':
      return run(prepared.plan, performBy(autostartEnablePerformers(dependencies, prepared.options)));
    case 'autostart-disable':
      return run(prepared.plan, performBy(autostartDisablePerformers(dependencies)));
    case 'rename':
      return run(prepared.plan, performBy(renamePerformers(dependencies, prepared.options)));
    case 'renumber':
      return run(prepared.plan, performBy(renumberPerformers(dependencies)));
    case 'allow':
      return run(prepared.plan, performBy(allowPerformers(dependencies, prepared.options)));
    case 'release-slot':
      return run(prepared.plan, performBy(releaseSlotPerformers(dependencies, prepared.options)));
    case 'resize':
      return run(prepared.plan, performBy(resizePerformers(dependencies, prepared.options)));
    case 'passphrase-change':
      return run(prepared.plan, performBy(passphrasePerformers(dependencies)));
    case 'header-restore':
      return run(prepared.plan, performBy(headerPerformers(dependencies, prepared.options)));
    default:
      return assertNever(prepared);
  }
}

/**
 * Runs an up. When it mounts the repository first, its Rediaccfiles are known only after that, and the plan is
 * completed then.
 */
function runUp(
  plan: PlanOf<'up'>,
  options: OptionsOf<'up'>,
  dependencies: VerbDependencies,
): Promise<Verdict> {
  const functions = functionDependencies(plan, options, dependencies);
  const perform = performBy({ ...openingPerformers(dependencies), ...functionPerformers(functions) });
  const complete = async (incomplete: PlanOf<'up'>): Promise<PlanOf<'up'>> => {
    const whole = await planOnceMounted(
      dependencies.machine,
      dependencies.repository.guid,
      options,
      incomplete,
    );
    functions.files = filesOf(whole);
    functions.told = whole.notices;
    return whole;
  };
  return runPlan({ plan, perform, complete }, dependencies);
}

/** Returns the error that names the containers that a down has left running; undefined when there are none. */
async function remainsOf({ machine, repository }: StepDependencies): Promise<WireError | undefined> {
  const { name } = repository;
  // Closing the volume has stopped the daemon, and everything with it.
  if (!(await machine.daemons.isUp(repository))) return undefined;
  try {
    const containers = await machine.daemons.running(repository);
    if (containers.length === 0) return undefined;
    return toWire(new AppError('still-running', { name, containers: containers.join(', ') }));
  } catch (error) {
    return toWire(new AppError('remains-unknown', { name, reason: toAppError(error).message }));
  }
}

/** Returns the Rediaccfiles of a plan, each once. */
function filesOf({ steps }: Plan): readonly string[] {
  return [...new Set(steps.flatMap((step) => (step.kind === 'function' ? [step.file] : [])))];
}

function functionDependencies(
  plan: Plan,
  { timeLimit }: Pick<OptionsOf<'up'>, 'timeLimit'>,
  dependencies: StepDependencies,
): FunctionDependencies {
  return {
    ...dependencies,
    files: filesOf(plan),
    told: plan.notices,
    broken: new Map(),
    time: createFunctionTime(dependencies.signal, timeLimit),
  };
}
