import { AppError } from '../../../shared/errors.ts';
import type { Outcome } from '../../../shared/model.ts';
import type { Work } from '../work.ts';

/** Tries the autostart key on the volume before anything is changed. */
export async function checkKey({ machinery, repository }: Work): Promise<void> {
  // The key's own absence is told first.
  await machinery.keys.read(repository);
  const { opens } = await machinery.keys.facts(repository);
  if (opens !== true) throw new AppError('autostart-key-refused', { name: repository.name });
}

/** Grows the repository's volume to the size that was asked for, while it is mounted. */
export async function growRepository(work: Work, secret: () => Uint8Array): Promise<Outcome> {
  const { machinery, repository, options } = work;
  const { guid, name } = repository;
  if (!(await machinery.volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const key = options.byKey === true ? await machinery.keys.read(repository) : secret();
  const grown = await machinery.volumes.grow(repository, options.size ?? 0, key);
  return grown ? 'succeeded' : 'already';
}
