import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { hasCode } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { holdFolder } from './heldFolder.ts';
import type { HeldFolder } from './heldFolder.ts';

/** A mounted repository, for its private folder. `root`: its mount point. */
interface PrivateFolderOf {
  root: string;
  name: string;
}

const PRIVATE = '.rediacc';

/** The folders of the daemon's data (docker/daemonConfig.ts), each after the one that holds it. */
const FOLDERS = [PRIVATE, '.rediacc/docker', '.rediacc/docker/containerd', '.rediacc/docker/data'];

/**
 * Makes the private folder of a mounted repository what it has to be, and impossible to replace: root's, 0700, on the
 * mount's own device, with the folders of the daemon's data in it, and immutable
 * (docs/decisions/paths-inside-a-repository.md). It is repeated before each use. Throws private-folder-unsafe for a link,
 * a file, a folder of another account or of another device in the place of any of them, and private-folder-moved when
 * the folder stands under another name; nothing of these is followed or changed.
 */
export async function securePrivateFolder(of: PrivateFolderOf, run: RunCommand): Promise<void> {
  const make: Missing = async (held, path) => {
    const parent = held.get(dirname(path));
    if (parent === undefined) return;
    const work = (): Promise<unknown> => mkdir(`${parent.path}/${basename(path)}`, { mode: 0o700 });
    await (path === PRIVATE ? work() : whileMutable(parent, work, run));
  };
  await withFolders(of, make, async (held) => {
    const folder = held.get(PRIVATE);
    if (folder === undefined) throw unsafe(of, PRIVATE);
    // It was made with this mode, so only root can have given it another.
    if ((folder.facts.mode & 0o7777) !== 0o700)
      await whileMutable(folder, () => chmod(folder.path, 0o700), run);
    await run(['chattr', '+i', folder.pathForOthers]);
    // It may have been moved away before it was immutable, and something else put in its place.
    const { ino, dev } = await lstat(join(of.root, PRIVATE));
    if (ino === folder.facts.ino && dev === folder.facts.dev) return;
    await run(['chattr', '-i', folder.pathForOthers]);
    throw unsafe(of, PRIVATE);
  });
}

/** Checks the private folder as `securePrivateFolder` does, and changes nothing. What is not there yet is no fault. */
export async function checkPrivateFolder(of: PrivateFolderOf): Promise<void> {
  await withFolders(
    of,
    () => Promise.resolve(),
    () => Promise.resolve(),
  );
}

/** Makes the folder at `path`, or leaves it missing. */
type Missing = (held: ReadonlyMap<string, HeldFolder>, path: string) => Promise<void>;

/** Works on the folders that are there, by their paths below the root, which is "."; all are held open meanwhile. */
async function withFolders(
  of: PrivateFolderOf,
  missing: Missing,
  work: (held: ReadonlyMap<string, HeldFolder>) => Promise<void>,
): Promise<void> {
  const held = new Map<string, HeldFolder>();
  try {
    const root = await holdFolder(of.root);
    if (root === undefined) throw unsafe(of, '.');
    held.set('.', root);
    for (const path of FOLDERS) {
      if (!held.has(dirname(path))) continue;
      let folder = await holdOwn(of, held, path);
      if (folder === undefined) {
        if (path === PRIVATE) await refuseMoved(of, root);
        await missing(held, path);
        folder = await holdOwn(of, held, path);
      }
      if (folder !== undefined) held.set(path, folder);
    }
    await work(held);
  } finally {
    for (const folder of held.values()) await folder.close();
  }
}

/** Opens one of the folders, if it is there. Throws private-folder-unsafe when it is not root's own folder. */
async function holdOwn(
  of: PrivateFolderOf,
  held: ReadonlyMap<string, HeldFolder>,
  path: string,
): Promise<HeldFolder | undefined> {
  const [root, parent] = [held.get('.'), held.get(dirname(path))];
  if (root === undefined || parent === undefined) return undefined;
  const folder = await holdFolder(`${parent.path}/${basename(path)}`).catch((error: unknown) => {
    throw hasCode(error, 'ENOTDIR', 'ELOOP') ? unsafe(of, path) : error;
  });
  if (folder === undefined || (folder.facts.uid === 0 && folder.facts.dev === root.facts.dev)) return folder;
  await folder.close();
  throw unsafe(of, path);
}

/** Changes something in or of a folder that is immutable already, for an earlier use of it. */
async function whileMutable(
  folder: HeldFolder,
  work: () => Promise<unknown>,
  run: RunCommand,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!hasCode(error, 'EPERM')) throw error;
    await run(['chattr', '-i', folder.pathForOthers]);
    await work();
  }
}

/**
 * Throws private-folder-moved when a folder in the root is what the private folder was: with a fresh one in its place, the
 * services would start on a second, empty set of volumes.
 */
async function refuseMoved(of: PrivateFolderOf, root: HeldFolder): Promise<void> {
  // Names as bytes: not all of them are UTF-8.
  for (const { name } of await readdir(root.path, { withFileTypes: true, encoding: 'buffer' })) {
    const at = (below: string): Buffer =>
      Buffer.concat([Buffer.from(`${root.path}/`), name, Buffer.from(below)]);
    const found = await lookAt(at(''));
    if (found?.isDirectory() !== true || found.uid !== 0 || (found.mode & 0o7777) !== 0o700) continue;
    if ((await lookAt(at('/docker/data'))) === undefined) continue;
    throw new AppError('private-folder-moved', {
      name: of.name,
      path: join(of.root, name.toString()),
      expected: join(of.root, PRIVATE),
    });
  }
}

/** Looks at what stands at a path; undefined when nothing does, or no more. */
async function lookAt(path: Buffer): Promise<Stats | undefined> {
  return lstat(path).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  });
}

function unsafe({ root, name }: PrivateFolderOf, path: string): AppError {
  return new AppError('private-folder-unsafe', { name, path: join(root, path) });
}
