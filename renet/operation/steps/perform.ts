import type { Outcome, StepKind, StepResult } from '../../../shared/model.ts';
import type { StepOf } from '../../../shared/planSteps.ts';

/** How a step ended. */
export type Performed = Omit<StepResult, 'step'>;

/** What does the steps of these kinds, each by its kind. */
export type Performers<Kind extends StepKind> = {
  [Each in Kind]: (step: StepOf<Each>) => Promise<Performed>;
};

/** Returns what does a step of any of these kinds. */
export function performBy<Kind extends StepKind>(
  performers: Performers<Kind>,
): (step: StepOf<Kind>) => Promise<Performed> {
  return (step) => performers[step.kind](step);
}

/** Returns how a step ended that did what it had to. */
export function done(outcome: Outcome = 'succeeded'): Performed {
  return { outcome };
}

/** Returns how a step ended that may have found its work done. `changed`: it had something to do. */
export function changed(something: boolean): Performed {
  return { outcome: something ? 'succeeded' : 'already' };
}

/** Returns how a step ended that always has something to do, once that is done. */
export async function whenDone(work: Promise<void>): Promise<Performed> {
  await work;
  return done();
}
