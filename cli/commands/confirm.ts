import { AppError, fill } from '../../shared/errors.ts';
import type { Call } from '../call.ts';
import { ask, canAsk } from '../input/prompt.ts';

/** Has the repository's name typed, unless it was given. Throws confirmation-needed when it is another. */
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
