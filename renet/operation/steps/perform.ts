import type { Outcome, StepKind, StepResult } from '../../../shared/model.ts';
import type { StepOf } from '../../../shared/plan/planSteps.ts';

/** The end of a step. */
export type Performed = Omit<StepResult, 'step'>;

/** The functions that do the steps of these kinds, one for each kind. */
export type Performers<Kind extends StepKind> = {
  [Each in Kind]: (step: StepOf<Each>) => Promise<Performed>;
};

/** Returns a function that does a step of any of these kinds. */
export function performBy<Kind extends StepKind>(
  performers: Performers<Kind>,
): (step: StepOf<Kind>) => Promise<Performed> {
  return (step) => performers[step.kind](step);
}

/** Returns the end of a step that did its work. */
export function done(outcome: Outcome = 'succeeded'): Performed {
  return { outcome };
}

/** Returns the end of a step whose work may have been done already. `something`: the step had something to do. */
export function changed(something: boolean): Performed {
  return { outcome: something ? 'succeeded' : 'already' };
}

/** Waits for the work of a step that always has something to do, and returns its end. */
export async function whenDone(work: Promise<void>): Promise<Performed> {
  await work;
  return done();
}
