import { stat } from 'node:fs/promises';
import { AppError } from '../../../shared/errors.ts';
import type { Outcome } from '../../../shared/model.ts';
import { tellProgress } from './copyProgress.ts';
import { forgetParent } from '../../docker/forgetParent.ts';
import type { ForkOf } from '../../volume/forks.ts';
import { volumeFile } from '../../paths.ts';
import { findRepository, writeMetadata } from '../../repository/repositories.ts';
import type { StepDependencies } from '../stepDependencies.ts';

/** What the steps of a fork are for. */
export function forkOf({ parent, repository }: StepDependencies): ForkOf {
  if (parent === undefined) throw new AppError('internal', { reason: 'a fork without a parent' });
  return { parent, guid: repository.guid };
}

/** Copies the volume in one moment. */
export async function shareVolume(work: StepDependencies): Promise<void> {
  const fork = forkOf(work);
  const { volumes, forks } = work.machine;
  await forks.share(fork, await volumes.isMounted(fork.parent.guid));
}

/** Copies the volume of a closed parent, and tells how far it is. */
export async function copyVolume(work: StepDependencies): Promise<Outcome> {
  const { machine, log, signal, clock } = work;
  const { paths, volumes, forks } = machine;
  const fork = forkOf(work);
  // It may have been opened by hand since the plan.
  if (await volumes.isOpen(fork.parent.guid))
    throw new AppError('fork-needs-closed', { name: fork.parent.name });
  const { size } = await stat(volumeFile(paths, fork.parent.guid));
  const tell = tellProgress(size, clock, (progress) => log.event({ type: 'progress', ...progress }));
  return (await forks.copy(fork, tell, signal)) ? 'succeeded' : 'cancelled';
}

/** Takes out of a fork what is its parent's, once; what was not done to its end is done again. */
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
