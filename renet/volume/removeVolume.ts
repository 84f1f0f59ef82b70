import { rename, rmdir } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { exists, removeIfThere, syncPath } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { unlinkName } from './nameLinks.ts';
import { metadataFile, mountPath, partialFile, repositoriesFolder, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';

/** The repository whose volume is removed. */
interface RemovedVolume {
  guid: string;
  name: string;
}

/** Deletes a closed volume with its metadata, mount point and name link, and what is unfinished beside it. */
export async function removeVolume(paths: Paths, run: RunCommand, guid: string): Promise<void> {
  // Unfinished again first: what an interruption leaves of a deletion is then collected. It is not shown as damaged, and
  // no repository is left with a mount point that can be written to.
  if (await exists(volumeFile(paths, guid))) await rename(volumeFile(paths, guid), partialFile(paths, guid));
  await syncPath(repositoriesFolder(paths));
  await removePlace(paths, run, guid);
  await removeUnfinished(paths, guid);
}

/**
 * Removes an unfinished volume as `removeVolume` does; also one that the rename has finished, when the operation that
 * made it takes it back. Throws stale-unfinished.
 */
export async function discardVolume(paths: Paths, run: RunCommand, repository: RemovedVolume): Promise<void> {
  const { guid } = repository;
  await refuseBesideFinished(paths, repository);
  if (!(await exists(partialFile(paths, guid)))) return removeVolume(paths, run, guid);
  await removePlace(paths, run, guid);
  // A finished volume that comes from now on is not touched.
  await removeUnfinished(paths, guid);
}

async function removeUnfinished(paths: Paths, guid: string): Promise<void> {
  await removeIfThere(metadataFile(paths, guid));
  await removeIfThere(partialFile(paths, guid));
  await syncPath(repositoriesFolder(paths));
}

/** Removes the link that bears the name, and the mount point. */
async function removePlace(paths: Paths, run: RunCommand, guid: string): Promise<void> {
  await unlinkName(paths, guid);
  const point = mountPath(paths, guid);
  if (!(await exists(point))) return;
  await run(['chattr', '-i', point]);
  await rmdir(point);
}

/**
 * Throws stale-unfinished when both a finished and an unfinished volume of a repository are there. Somebody has put the
 * finished one back, beside what a deletion left, so nothing that bears the GUID is removed or replaced any more
 * (docs/decisions/unfinished-work-is-partial.md).
 */
export async function refuseBesideFinished(paths: Paths, { guid, name }: RemovedVolume): Promise<void> {
  const file = partialFile(paths, guid);
  if ((await exists(file)) && (await exists(volumeFile(paths, guid))))
    throw new AppError('stale-unfinished', { name, file });
}
