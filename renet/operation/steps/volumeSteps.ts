import { AppError } from '../../../shared/errors.ts';
import type { Outcome } from '../../../shared/model.ts';
import type { StepDependencies } from '../stepDependencies.ts';

/** Tries the autostart key on the volume before anything is changed. */
export async function checkKey({ machine, repository }: StepDependencies): Promise<void> {
  // The key's own absence is told first.
  await machine.keys.read(repository);
  const { opens } = await machine.keys.facts(repository);
  if (opens !== true) throw new AppError('autostart-key-refused', { name: repository.name });
}

/** Grows the repository's volume to the size that was asked for, while it is mounted. */
export async function growRepository(work: StepDependencies, secret: () => Uint8Array): Promise<Outcome> {
  const { machine, repository, options } = work;
  const { guid, name } = repository;
  if (!(await machine.volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const key = options.byKey === true ? await machine.keys.read(repository) : secret();
  const grown = await machine.volumes.grow(repository, options.size ?? 0, key);
  return grown ? 'succeeded' : 'already';
}
