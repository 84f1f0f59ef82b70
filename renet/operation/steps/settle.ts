import { toAppError } from '../../../shared/errors.ts';
import { forgetStrangers } from '../../docker/forgetParent.ts';
import { syncFileSystem } from '../../host.ts';
import { mountPath } from '../../paths.ts';
import type { StepDependencies } from '../stepDependencies.ts';

type SettleDependencies = Pick<StepDependencies, 'repository' | 'owner' | 'origin' | 'run' | 'notice'> & {
  machine: Pick<StepDependencies['machine'], 'paths' | 'volumes'>;
};

/**
 * Brings a volume that was just mounted into the state that later steps rely on, whichever version made it: its owner,
 * its private folder, and no containers that a power cut brought back. What cannot be mended is a notice and no failure:
 * a person must get at the files to mend it, and the daemon does not start before (docs/decisions/done-on-disk.md).
 */
export async function settle(dependencies: SettleDependencies): Promise<void> {
  const { machine, repository, owner, origin, notice } = dependencies;
  const { guid, name } = repository;
  try {
    // Only a person's operation knows whose a repository is.
    if (origin === 'person' && (await machine.volumes.completeHandOver(guid, owner)))
      notice({ code: 'handed-over', details: { name } });
    await machine.volumes.secure(repository);
    await leaveStrangers(dependencies);
  } catch (error) {
    notice({ code: 'private-folder-kept-out', details: { name, reason: toAppError(error).message } });
  }
}

/** Removes from a fork the containers of its parent that a power cut brought back after they were removed. */
async function leaveStrangers({ machine, repository, run, notice }: SettleDependencies): Promise<void> {
  const { guid, name, parent, inherits } = repository;
  // While the metadata say `inherits`, a step of its own removes them all.
  if (parent === undefined || inherits !== undefined) return;
  const { containers, volumes } = await forgetStrangers(machine.paths, guid);
  if (containers.length > 0) {
    await syncFileSystem(run, mountPath(machine.paths, guid));
    notice({ code: 'strangers-removed', details: { name, containers: containers.join(', ') } });
  }
  if (volumes.length > 0) notice({ code: 'volumes-left', details: { name, volumes: volumes.join(', ') } });
}
