import { toAppError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { exists } from '../host.ts';
import { ifUnlocked } from './locks.ts';
import { partialFile } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { listUnfinished } from '../repository/repositories.ts';

/**
 * Removes the unfinished volumes whose lock is free: the operation that was making them is gone. Call it under the
 * machine's lock. Resolves with the errors of those that could not be removed; they are tried again the next time and
 * block nothing.
 */
export async function collectUnfinished({ paths, volumes }: MachineDependencies): Promise<AppError[]> {
  const kept: AppError[] = [];
  for (const guid of await listUnfinished(paths)) {
    const collect = async (): Promise<void> => {
      // The network id is only needed to find a daemon's mounts, and an unfinished volume never had a daemon.
      const repository = { guid, name: guid, networkId: 0 };
      if (!(await exists(partialFile(paths, guid)))) return;
      await volumes.unmount(repository);
      await volumes.close(repository);
      await volumes.remove(repository);
    };
    await ifUnlocked(paths, guid, collect).catch((error: unknown) => kept.push(toAppError(error)));
  }
  return kept;
}
