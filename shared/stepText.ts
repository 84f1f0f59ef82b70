import { fill } from './errors.ts';
import type { Step } from './model.ts';
import type { Text } from './text/text.ts';

/** Returns what a step is called, such as "prep of api/Rediaccfile". */
export function stepText(step: Step, text: Text): string {
  return step.kind === 'function' ? fill(text.steps.function, { ...step }) : text.steps[step.kind];
}

/** Returns the name of the function that a step calls, else what the step is called. */
export function stepName(step: Step, text: Text): string {
  return step.kind === 'function' ? step.function : text.steps[step.kind];
}
