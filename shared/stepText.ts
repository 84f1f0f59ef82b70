import { fill } from './errors.ts';
import type { Step } from './model.ts';
import type { Text } from './text/text.ts';

/** Returns the name of a step, such as "prep of api/Rediaccfile". */
export function stepText(step: Step, text: Text): string {
  return step.kind === 'function' ? fill(text.steps.function, { ...step }) : text.steps[step.kind];
}

/** Returns the short name of a step: for a function only the function's name. */
export function stepName(step: Step, text: Text): string {
  return step.kind === 'function' ? step.function : text.steps[step.kind];
}
