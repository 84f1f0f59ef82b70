import { stat } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import type { Outcome } from '../../../shared/model.ts';
import { tellProgress } from './copyProgress.ts';
import { forgetParent } from '../../docker/forgetParent.ts';
import type { ForkOf } from '../../volume/forks.ts';
import { syncFileSystem } from '../../host.ts';
import { mountPath, volumeFile } from '../../paths.ts';
import { findRepository, writeMetadata } from '../../repository/repositories.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { done, whenDone } from './perform.ts';
import type { Performers } from './perform.ts';

/** Returns the steps that make a new repository out of a copy of the parent's volume. */
export function forkPerformers(
  dependencies: StepDependencies,
  parent: ForkOf['parent'],
): Performers<'share' | 'copy' | 'renew' | 'commit'> {
  const { machine, repository } = dependencies;
  const { volumes, forks } = machine;
  const fork = { parent, guid: repository.guid };
  return {
    share: async () => whenDone(forks.share(fork, await volumes.isMounted(parent.guid))),
    copy: async () => done(await copyVolume(dependencies, fork)),
    renew: () => whenDone(forks.renew(fork)),
    commit: () => whenDone(volumes.commit(repository)),
  };
}

/**
 * Copies the volume of a closed parent, and logs the progress. Throws fork-needs-closed, and volume-open-elsewhere: what
 * is written while it is copied would tear the copy.
 */
async function copyVolume(dependencies: StepDependencies, fork: ForkOf): Promise<Outcome> {
  const { machine, log, signal, clock } = dependencies;
  const { paths, forks } = machine;
  // The parent may have been opened by hand since the plan was made.
  await refuseOpen(machine.volumes, fork.parent);
  const file = volumeFile(paths, fork.parent.guid);
  const { size, mtimeMs } = await stat(file);
  const tell = tellProgress(size, clock, (progress) => log.event({ type: 'progress', ...progress }));
  if (!(await forks.copy(fork, tell, signal))) return 'cancelled';
  await refuseOpen(machine.volumes, fork.parent);
  // Opened and closed again.
  if ((await stat(file)).mtimeMs !== mtimeMs)
    throw new AppError('fork-needs-closed', { name: fork.parent.name });
  return 'succeeded';
}

async function refuseOpen(
  volumes: StepDependencies['machine']['volumes'],
  parent: ForkOf['parent'],
): Promise<void> {
  if (await volumes.isOpen(parent.guid)) throw new AppError('fork-needs-closed', { name: parent.name });
  await volumes.refuseInUse(parent);
}

/**
 * Removes the parent's containers from a mounted fork, once in the fork's life; an interrupted removal is begun again.
 * Throws not-mounted.
 */
export async function leaveParent({
  machine,
  run,
  repository,
  hostname,
}: Pick<StepDependencies, 'run' | 'repository' | 'hostname'> & {
  machine: Pick<StepDependencies['machine'], 'paths' | 'volumes'>;
}): Promise<void> {
  const { paths, volumes } = machine;
  const { guid, name } = repository;
  // The volume may have been unmounted by hand since the plan was made; then nothing may be removed from the empty
  // folder.
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const { inherits, ...others } = await findRepository(paths, guid, hostname);
  if (inherits === undefined) return;
  await volumes.secure(repository);
  await forgetParent(paths, guid, inherits);
  // Without this, a power cut would bring the containers back, and nothing would say any more that they are the
  // parent's.
  await syncFileSystem(run, mountPath(paths, guid));
  await writeMetadata(paths, others);
}
