import { toAppError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { exists } from '../host.ts';
import { ifUnlocked } from './locks.ts';
import { partialFile } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { listUnfinished } from '../repository/repositories.ts';

/**
 * Removes unfinished work whose maker is gone (its lock is free). Call it under the machine's lock. Answers why one
 * could not be removed: it is left for the next time, and holds up nothing.
 */
export async function collectUnfinished({ paths, volumes }: MachineDependencies): Promise<AppError[]> {
  const kept: AppError[] = [];
  for (const guid of await listUnfinished(paths)) {
    const collect = async (): Promise<void> => {
      // Its network id is only needed for mounts of a daemon, and an unfinished volume never had one.
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
