import { lstat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname } from 'node:path';
import { adopt, foldersToAdopt } from '../../shared/adopt/adopt.ts';
import type { Adoption, FileChange } from '../../shared/adopt/adopt.ts';
import { AppError } from '../../shared/errors.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import { writeAtomically } from '../host.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { busyError, ifUnlocked } from '../operation/locks.ts';
import { mountPath } from '../paths.ts';
import { listRepositoryFolders } from '../repository/folders.ts';
import { insideFolder } from '../repository/heldFolder.ts';
import { readBytesInside, readInsideIfThere } from '../repository/insideFile.ts';
import { findRepository } from '../repository/repositories.ts';

/**
 * Returns what has to change in a mounted repository so that its compose files run here. With `write` the changes are
 * written too, under the repository's lock; otherwise nothing is. Throws not-mounted, nothing-to-adopt, repository-busy,
 * changed-since-preview, and the errors of reading its files.
 */
export async function adoptRepository(
  machine: MachineDependencies,
  nameOrGuid: string,
  write: boolean,
): Promise<Adoption> {
  const repository = await findRepository(machine.paths, nameOrGuid, hostname());
  if (!write) return adoptionOf(machine, repository);
  const { guid, name } = repository;
  let adoption: Adoption | undefined;
  const done = await ifUnlocked(machine.paths, guid, async () => {
    adoption = await adoptionOf(machine, repository);
    for (const change of adoption.changes) await writeChange(mountPath(machine.paths, guid), change);
  });
  if (!done || adoption === undefined) throw await busyError(machine.paths, guid, name);
  return adoption;
}

async function adoptionOf(
  { paths, volumes }: MachineDependencies,
  { guid, name }: RepositoryMetadata,
): Promise<Adoption> {
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  const root = mountPath(paths, guid);
  const folders = foldersToAdopt(await listRepositoryFolders(root));
  if (folders.length === 0) throw new AppError('nothing-to-adopt', { name, path: root });
  const texts = new Map<string, string>();
  for (const path of folders.flatMap(({ files }) => files)) texts.set(path, await readText(root, path));
  return adopt(folders, (path) => texts.get(path) ?? '');
}

/** Reads a text of which every byte is kept when it is written again. */
async function readText(root: string, path: string): Promise<string> {
  const bytes = await readBytesInside(root, path);
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text;
  throw new AppError('compose-invalid', { file: path, line: 1, reason: 'it is not written in UTF-8' });
}

/** Writes a file in its folder, which is held open, if it is still as it was read; owner and mode stay. */
async function writeChange(root: string, { path, before, after }: FileChange): Promise<void> {
  const folder = dirname(path) === '.' ? '' : dirname(path);
  const written = await insideFolder(root, folder, async (held) => {
    if ((await readInsideIfThere(root, path)) !== before) return false;
    const { uid, gid } = await lstat(root);
    await writeAtomically(`${held.path}/${basename(path)}`, after, { mode: 0o644, uid, gid });
    return true;
  });
  if (written !== true) throw new AppError('changed-since-preview', {});
}
