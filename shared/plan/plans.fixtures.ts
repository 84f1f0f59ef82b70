import { AppError } from '../errors.ts';
import type { Plan } from '../model.ts';

export const repository = { guid: '11111111-1111-4111-8111-111111111111', name: 'shop' };

/**
 * Returns a plan's steps as words: "up api/Rediaccfile" or "mount", with "?" when the plan goes on after its failure.
 */
export function words(plan: Plan): string[] {
  return plan.steps.map((step) => {
    const what = step.kind === 'function' ? `${step.function} ${step.file}` : step.kind;
    return step.onFailure === 'continue' ? `${what} ?` : what;
  });
}

/** Returns the code and the details of the error that `work` throws. */
export function refusal(work: () => unknown): [string, object] {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.details];
    throw error;
  }
  throw new Error('nothing was refused');
}
