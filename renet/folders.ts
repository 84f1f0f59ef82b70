import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dirent } from 'node:fs';
import { findRediaccfiles, foldersToList } from '../shared/discovery.ts';
import type { Listing } from '../shared/discovery.ts';
import { lintOwnership, lintRediaccfile } from '../shared/lint.ts';
import type { Notice } from '../shared/model.ts';
import { groupHasOthers, readAccounts } from './accounts.ts';
import { readInside } from './insideFile.ts';

/**
 * The root of a mounted repository and its first-level folders, as plain data for shared/discovery. Links are listed
 * as links and never followed; a folder on another device (something mounted inside) is left out.
 */
export async function listRepositoryFolders(root: string): Promise<Listing[]> {
  const rootListing = await listing(root, '');
  const { dev } = await lstat(root);
  const folders: Listing[] = [];
  for (const folder of foldersToList(rootListing)) {
    const path = join(root, folder);
    if ((await lstat(path)).dev === dev) folders.push(await listing(path, folder));
  }
  return [rootListing, ...folders];
}

async function listing(path: string, folder: string): Promise<Listing> {
  const entries = await readdir(path, { withFileTypes: true });
  return { folder, entries: entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) })) };
}

function kindOf(entry: Dirent): Listing['entries'][number]['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/**
 * The Rediaccfiles of a mounted repository in starting order, relative to its root, and what a person should know of
 * them before root runs them (shared/lint).
 */
export async function discover(root: string): Promise<{ files: string[]; notices: Notice[] }> {
  const { files, notices } = findRediaccfiles(await listRepositoryFolders(root));
  const paths = files.map((file) => file.path);
  for (const path of paths) notices.push(...(await lintFile(root, path)));
  return { files: paths, notices };
}

/** What a person should know of one Rediaccfile: its text, and who may change it. */
export async function lintFile(root: string, path: string): Promise<Notice[]> {
  const { uid: ownerUid } = await lstat(root);
  const { mode, uid, gid } = await lstat(join(root, path));
  const groupIsShared = groupHasOthers(await readAccounts(), gid, ownerUid);
  return [
    ...lintRediaccfile(path, await readInside(root, path)),
    ...lintOwnership(path, { mode, uid, ownerUid, groupIsShared }),
  ];
}
