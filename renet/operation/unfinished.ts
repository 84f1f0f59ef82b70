import { toAppError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { exists, removeUnfinished } from '../host.ts';
import { ifUnlocked } from './locks.ts';
import { metadataFile, partialFile } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { listHalfWritten, listUnfinished, nameOf } from '../repository/repositories.ts';
import { refuseBesideFinished } from '../volume/removeVolume.ts';

/**
 * Removes the unfinished volumes whose lock is free, as the operation that was making them is gone, and likewise what is
 * left of metadata that were being written. Call it under the machine's lock. Resolves with the errors of those that stay: one that could not be removed is tried again the next
 * time; one that stands beside a finished volume (stale-unfinished) is left to a person, and so is everything else of
 * that repository. They block nothing.
 */
export async function collectUnfinished({ paths, volumes }: MachineDependencies): Promise<AppError[]> {
  const kept: AppError[] = [];
  for (const guid of await listHalfWritten(paths))
    // Whoever writes a repository's metadata holds its lock.
    await ifUnlocked(paths, guid, () => removeUnfinished(metadataFile(paths, guid)));
  for (const guid of await listUnfinished(paths)) {
    const collect = async (): Promise<void> => {
      // The network id is only needed to find a daemon's mounts, and an unfinished volume never had a daemon.
      const repository = { guid, name: await nameOf(paths, guid), networkId: 0 };
      if (!(await exists(partialFile(paths, guid)))) return;
      // First of all: the mount and the mapper that bear the GUID are the finished volume's.
      await refuseBesideFinished(paths, repository);
      await volumes.unmount(repository);
      await volumes.close(repository);
      await volumes.discard(repository);
    };
    await ifUnlocked(paths, guid, collect).catch((error: unknown) => kept.push(toAppError(error)));
  }
  return kept;
}
