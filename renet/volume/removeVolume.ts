import { rename, rmdir } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { exists, hasCode, removeIfThere, syncPath } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { mountsBelow, readMounts } from '../mounts.ts';
import { forgetKeyFiles } from './autostartKeys.ts';
import { unlinkName } from './nameLinks.ts';
import { BLOCK_DEVICES, refuseMountedElsewhere, refuseOpenElsewhere } from './openElsewhere.ts';
import {
  mapperDevice,
  metadataFile,
  mountPath,
  partialFile,
  repositoriesFolder,
  volumeFile,
} from '../paths.ts';
import type { Paths } from '../paths.ts';

/** The repository whose volume is removed. */
interface RemovedVolume {
  guid: string;
  name: string;
}

/**
 * Checks that nobody uses a volume that is closed here: somebody with root may have opened or mounted it by hand since the
 * plan was made, or mounted something else where it belongs. `file` is the volume's, finished or not. Throws
 * still-mounted, volume-open-elsewhere.
 */
export async function refuseInUse(
  paths: Paths,
  { guid, name }: RemovedVolume,
  file: string,
  blockDevices = BLOCK_DEVICES,
): Promise<void> {
  const point = mountPath(paths, guid);
  if (mountsBelow(await readMounts(), [point]).length > 0) throw new AppError('still-mounted', { name });
  await refuseMountedElsewhere({ guid, name });
  if (await exists(mapperDevice(guid))) throw new AppError('still-mounted', { name });
  await refuseOpenElsewhere(name, file, blockDevices);
}

/**
 * Deletes a closed volume with its metadata, autostart key, mount point and name link, and what is unfinished beside it.
 * Throws as `refuseInUse` does; then everything is as it was, after a power cut too.
 */
export async function removeVolume(
  paths: Paths,
  run: RunCommand,
  repository: RemovedVolume,
  blockDevices = BLOCK_DEVICES,
): Promise<void> {
  const { guid } = repository;
  const [finished, unfinished] = [volumeFile(paths, guid), partialFile(paths, guid)];
  await refuseInUse(paths, repository, finished, blockDevices);
  const isThere = await exists(finished);
  // A stale one beside it is replaced only when nothing refuses any more. Until then nothing collects the two.
  const isBeside = isThere && (await exists(unfinished));
  const renamed = isThere && !isBeside;
  // Unfinished again first: what an interruption leaves of a deletion is then collected. It is not shown as damaged, and
  // no repository is left with a mount point that can be written to.
  if (renamed) await rename(finished, unfinished);
  try {
    // Asked again, because from here on nobody opens it by its name any more.
    await refuseInUse(paths, repository, unfinished, blockDevices);
    await syncPath(repositoriesFolder(paths));
    await removePoint(paths, run, repository);
  } catch (error) {
    if (renamed) await putBack(paths, guid);
    throw error;
  }
  if (isBeside) {
    await rename(finished, unfinished);
    await syncPath(repositoriesFolder(paths));
  }
  await removeRest(paths, guid);
}

/** Finishes again what a refused deletion has renamed, unless a finished volume has been put there meanwhile. */
async function putBack(paths: Paths, guid: string): Promise<void> {
  const [finished, unfinished] = [volumeFile(paths, guid), partialFile(paths, guid)];
  if ((await exists(finished)) || !(await exists(unfinished))) return;
  await rename(unfinished, finished);
  // A power cut would otherwise leave it unfinished, and the next create or boot would remove it.
  await syncPath(repositoriesFolder(paths));
}

/**
 * Removes an unfinished volume as `removeVolume` does; also one that the rename has finished, when the operation that
 * made it takes it back. Throws stale-unfinished, and as `refuseInUse` does.
 */
export async function discardVolume(
  paths: Paths,
  run: RunCommand,
  repository: RemovedVolume,
  blockDevices = BLOCK_DEVICES,
): Promise<void> {
  const { guid } = repository;
  await refuseBesideFinished(paths, repository);
  if (!(await exists(partialFile(paths, guid)))) return removeVolume(paths, run, repository, blockDevices);
  await refuseInUse(paths, repository, partialFile(paths, guid), blockDevices);
  await removePoint(paths, run, repository);
  await removeRest(paths, guid);
}

/**
 * Removes an unfinished volume that has no mount point any more, and what bears its GUID. The volume goes last: while it
 * is there, an interruption's remains are collected. A finished volume that comes from now on is not touched.
 */
async function removeRest(paths: Paths, guid: string): Promise<void> {
  // Nothing refuses any more: a repository that stays still needs its key.
  await forgetKeyFiles(paths, guid);
  await unlinkName(paths, guid);
  await removeIfThere(metadataFile(paths, guid));
  await removeIfThere(partialFile(paths, guid));
  await syncPath(repositoriesFolder(paths));
}

/** Removes the mount point. Throws still-mounted when something has been mounted there in the meantime. */
async function removePoint(paths: Paths, run: RunCommand, { guid, name }: RemovedVolume): Promise<void> {
  const point = mountPath(paths, guid);
  if (!(await exists(point))) return;
  await run(['chattr', '-i', point]);
  try {
    await rmdir(point);
  } catch (cause) {
    if (hasCode(cause, 'EBUSY')) throw new AppError('still-mounted', { name }, { cause });
    await run(['chattr', '+i', point]);
    throw cause;
  }
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
