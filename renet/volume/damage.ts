import { AppError } from '../../shared/errors.ts';
import { mountPath } from '../paths.ts';
import type { Paths } from '../paths.ts';
import type { DamagedRepository } from '../repository/repositories.ts';
import type { Volumes } from './volumes.ts';

/**
 * Returns the error that says what is wrong with a damaged repository: repository-damaged; volume-deleted when its file
 * is gone while it is mounted, because then everything in it can still be saved, until it is unmounted.
 */
export async function damageOf(
  { paths, volumes }: { paths: Paths; volumes: Pick<Volumes, 'isMounted'> },
  { guid, name, reason, lost }: DamagedRepository,
): Promise<AppError> {
  if (lost === 'volume' && (await volumes.isMounted(guid)))
    return new AppError('volume-deleted', { name, path: mountPath(paths, guid) });
  return new AppError('repository-damaged', { name, reason });
}
