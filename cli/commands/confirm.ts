import { AppError, fill } from '../../shared/errors.ts';
import type { Call } from '../call.ts';
import { ask, canAsk } from '../input/prompt.ts';

/**
 * Asks the person to type the repository's name, unless an option gave it or there is nobody to ask. Throws
 * confirmation-needed when the name is missing or another.
 */
export async function confirm(
  { dependencies }: Call,
  question: string,
  about: { name: string; machine: string },
  given: string | undefined,
): Promise<void> {
  const typed =
    given !== undefined || !canAsk(dependencies)
      ? given
      : (await ask(dependencies, fill(question, about), true)).toString().trim();
  if (typed !== about.name) throw new AppError('confirmation-needed', { name: about.name });
}
