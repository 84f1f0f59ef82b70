import { stat } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import type { Outcome } from '../../../shared/model.ts';
import { tellProgress } from './copyProgress.ts';
import { forgetParent } from '../../docker/forgetParent.ts';
import type { ForkOf } from '../../volume/forks.ts';
import { volumeFile } from '../../paths.ts';
import { findRepository, writeMetadata } from '../../repository/repositories.ts';
import type { StepDependencies } from '../stepDependencies.ts';
import { done, whenDone } from './perform.ts';
import type { Performers } from './perform.ts';

/** Makes a repository of its own out of a copy of the parent's volume. */
export function forkSteps(
  work: StepDependencies,
  parent: ForkOf['parent'],
): Performers<'share' | 'copy' | 'renew' | 'commit'> {
  const { machine, repository } = work;
  const { volumes, forks } = machine;
  const fork = { parent, guid: repository.guid };
  return {
    share: async () => whenDone(forks.share(fork, await volumes.isMounted(parent.guid))),
    copy: async () => done(await copyVolume(work, fork)),
    renew: () => whenDone(forks.renew(fork)),
    commit: () => whenDone(volumes.commit(repository)),
  };
}

/** Copies the volume of a closed parent, and tells how far it is. Throws fork-needs-closed. */
async function copyVolume(work: StepDependencies, fork: ForkOf): Promise<Outcome> {
  const { machine, log, signal, clock } = work;
  const { paths, volumes, forks } = machine;
  const { guid, name } = fork.parent;
  // It may have been opened by hand since the plan.
  if (await volumes.isOpen(guid)) throw new AppError('fork-needs-closed', { name });
  const { size } = await stat(volumeFile(paths, guid));
  const tell = tellProgress(size, clock, (progress) => log.event({ type: 'progress', ...progress }));
  return (await forks.copy(fork, tell, signal)) ? 'succeeded' : 'cancelled';
}

/** Takes out of a fork what is its parent's, once; what was not done to its end is done again. Throws not-mounted. */
export async function leaveParent({ machine, repository, hostname }: StepDependencies): Promise<void> {
  const { paths, volumes } = machine;
  const { guid, name } = repository;
  // The volume may have been taken away by hand since the plan: nothing is removed beneath the mount.
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const { inherits, ...others } = await findRepository(paths, guid, hostname);
  if (inherits === undefined) return;
  await forgetParent(paths, guid, inherits);
  await writeMetadata(paths, others);
}
