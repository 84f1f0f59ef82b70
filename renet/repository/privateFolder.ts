import type { Stats } from 'node:fs';
import { chmod, chown, lstat, mkdir, readdir } from 'node:fs/promises';
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
 * (docs/decisions/paths-inside-a-repository.md). It is repeated before each use. A folder in it that a chown of the
 * whole repository gave away is given back to root. Throws private-folder-unsafe for a link, a file or a folder of
 * another device in the place of any of them, and for a private folder of another account; private-folder-moved when
 * the folder stands under another name. Nothing of these is followed or changed.
 */
export async function securePrivateFolder(of: PrivateFolderOf, run: RunCommand): Promise<void> {
  const make: Changes['make'] = async (held, path) => {
    const parent = held.get(dirname(path));
    if (parent === undefined) return;
    const work = (): Promise<unknown> => mkdir(`${parent.path}/${basename(path)}`, { mode: 0o700 });
    await (path === PRIVATE ? work() : whileMutable(parent, work, run));
  };
  const giveBack: Changes['giveBack'] = ({ path }) => chown(path, 0, 0);
  await withFolders(of, { make, giveBack }, async (held) => {
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

/**
 * Checks the private folder as `securePrivateFolder` does, and changes nothing. What the next use makes or gives back is
 * no fault.
 */
export async function checkPrivateFolder(of: PrivateFolderOf): Promise<void> {
  const nothing = (): Promise<void> => Promise.resolve();
  await withFolders(of, { make: nothing, giveBack: nothing }, nothing);
}

/** The repairs that a walk through the folders makes. */
interface Changes {
  /** Makes the folder at `path`, or leaves it missing. */
  make: (held: ReadonlyMap<string, HeldFolder>, path: string) => Promise<void>;
  /** Gives a folder that is another account's to root, by its descriptor, or leaves it. */
  giveBack: (folder: HeldFolder) => Promise<void>;
}

/** Works on the folders that are there, by their paths below the root, which is "."; all are held open meanwhile. */
async function withFolders(
  of: PrivateFolderOf,
  changes: Changes,
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
        await changes.make(held, path);
        folder = await holdOwn(of, held, path);
      }
      if (folder === undefined) continue;
      held.set(path, folder);
      if (path !== PRIVATE && canGiveBack(held) && !isRoots(folder)) await changes.giveBack(folder);
    }
    await work(held);
  } finally {
    for (const folder of held.values()) await folder.close();
  }
}

/**
 * Opens one of the folders, if it is there. Throws private-folder-unsafe when it is not root's own folder, nor one that
 * can be given back to root.
 */
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
  if (folder === undefined) return folder;
  const own = folder.facts.uid === 0 || (path !== PRIVATE && canGiveBack(held));
  if (own && folder.facts.dev === root.facts.dev) return folder;
  await folder.close();
  throw unsafe(of, path);
}

/**
 * Tells whether a folder of another account in the private folder is Docker's all the same. Nobody but root reaches into
 * a private folder that is root's alone, so it was root who gave it away (`chown -R` of the repository). The private
 * folder itself may be a stranger's, put in its place, and is never given back.
 */
function canGiveBack(held: ReadonlyMap<string, HeldFolder>): boolean {
  const facts = held.get(PRIVATE)?.facts;
  return facts?.uid === 0 && (facts.mode & 0o7777) === 0o700;
}

function isRoots({ facts }: HeldFolder): boolean {
  return facts.uid === 0 && facts.gid === 0;
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
