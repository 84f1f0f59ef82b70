import { fill } from '../errors.ts';
import type { FunctionStep, Step } from '../model.ts';
import type { Text } from './text.ts';

/** Returns the name of a step, such as "prep of api/Rediaccfile". */
export function stepText(step: Step, text: Text): string {
  return step.kind === 'function' ? fill(text.steps.function, { ...step }) : plainName(step, text);
}

/** Returns the short name of a step: for a function only the function's name. */
export function stepName(step: Step, text: Text): string {
  return step.kind === 'function' ? step.function : plainName(step, text);
}

function plainName(step: Exclude<Step, FunctionStep>, text: Text): string {
  return step.kind === 'newer' ? step.name : text.steps[step.kind];
}
