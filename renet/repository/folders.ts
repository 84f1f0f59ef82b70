import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Dirent } from 'node:fs';
import { findRediaccfiles, foldersToList } from '../../shared/discovery.ts';
import type { Listing } from '../../shared/discovery.ts';
import { toAppError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import { lintInTurns, lintOwnership } from '../../shared/lint/lint.ts';
import { isNotice } from '../../shared/notices.ts';
import type { Notice } from '../../shared/notices.ts';
import { groupHasOthers, readAccounts } from './accounts.ts';
import { insideFolder } from './heldFolder.ts';
import { readInside } from './insideFile.ts';

/**
 * Lists the root of a mounted repository and its first-level folders, as plain data for shared/discovery. Links are
 * listed as links and never followed; a folder on another device (something mounted inside) is left out.
 */
export async function listRepositoryFolders(root: string): Promise<Listing[]> {
  const { listings, faults } = await lookAtFolders(root);
  if (faults[0] !== undefined) throw faults[0].error;
  return listings;
}

/** A folder or file of a repository that cannot be read, and the error; `path` is "." for the root. */
interface Fault {
  path: string;
  error: AppError;
}

async function lookAtFolders(root: string): Promise<{ listings: Listing[]; faults: Fault[] }> {
  const rootListing = listingOf('', await readdir(root, { withFileTypes: true }));
  const listings = [rootListing];
  const faults: Fault[] = [];
  for (const folder of foldersToList(rootListing)) {
    try {
      const entries = await insideFolder(root, folder, ({ path }) => readdir(path, { withFileTypes: true }));
      if (entries !== undefined) listings.push(listingOf(folder, entries));
    } catch (error) {
      const known = toAppError(error);
      // A folder on another device, or one that became something else since the root was listed, is no fault.
      if (known.code !== 'unsafe-path') faults.push({ path: folder, error: known });
    }
  }
  return { listings, faults };
}

function listingOf(folder: string, entries: readonly Dirent[]): Listing {
  return { folder, entries: entries.map((entry) => ({ name: entry.name, kind: kindOf(entry) })) };
}

function kindOf(entry: Dirent): Listing['entries'][number]['kind'] {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'folder';
  return entry.isSymbolicLink() ? 'link' : 'other';
}

/**
 * Finds the Rediaccfiles of a mounted repository, in starting order and relative to its root, and the notices about
 * them that a person should see before root runs them (shared/lint). Throws two-rediaccfiles, the error of a folder that
 * cannot be read and, unless `boot`, that of a file: at boot a file is checked when its turn comes.
 */
export async function discover(
  root: string,
  { boot = false }: { boot?: boolean | undefined } = {},
): Promise<{ files: string[]; notices: Notice[] }> {
  const { files, notices, faults } = await findFiles(root);
  if (faults[0] !== undefined) throw faults[0].error;
  for (const path of files) {
    const linted = await lintFile(root, path).catch((error: unknown) => {
      if (boot) return [];
      throw error;
    });
    notices.push(...linted);
  }
  return { files, notices };
}

/**
 * Finds the Rediaccfiles for a down, which does what it can: a notice names each folder and file that cannot be read.
 * `unseen` tells whether there are such folders.
 */
export async function discoverForDown(
  root: string,
): Promise<{ files: string[]; unseen: boolean; notices: Notice[] }> {
  const { files, notices, faults } = await findFiles(root);
  notices.push(...faults.map(noticeOf));
  for (const path of files) {
    const linted = await lintFile(root, path).catch((error: unknown) => [
      noticeOf({ path, error: toAppError(error) }),
    ]);
    notices.push(...linted);
  }
  return { files, unseen: faults.length > 0, notices };
}

/**
 * Finds the Rediaccfiles, in starting order, and the folders whose Rediaccfile cannot be determined; one such folder
 * does not hide the others.
 */
export async function findFiles(
  root: string,
): Promise<{ files: string[]; notices: Notice[]; faults: Fault[] }> {
  const files: string[] = [];
  const notices: Notice[] = [];
  const { listings, faults } = await lookAtFolders(root).catch((error: unknown) => ({
    listings: [],
    faults: [{ path: '.', error: toAppError(error) }],
  }));
  for (const one of listings) {
    try {
      const found = findRediaccfiles([one]);
      files.push(...found.files.map(({ path }) => path));
      notices.push(...found.notices);
    } catch (error) {
      faults.push({ path: one.folder === '' ? '.' : one.folder, error: toAppError(error) });
    }
  }
  return { files, notices, faults };
}

function noticeOf({ path, error }: Fault): Notice {
  const known = { code: error.code, details: error.details };
  if (known.code === 'two-rediaccfiles' && isNotice(known)) return known;
  return { code: 'down-not-readable', details: { path, reason: error.message } };
}

/** Returns the notices about one Rediaccfile: about its text, and about who may change it. */
export async function lintFile(root: string, path: string): Promise<Notice[]> {
  const { uid: ownerUid } = await lstat(root);
  const { mode, uid, gid } = await lstat(join(root, path));
  const groupIsShared = groupHasOthers(await readAccounts(), gid, ownerUid);
  return [
    ...(await lintInTurns(path, await readInside(root, path), setImmediate)),
    ...lintOwnership(path, { mode, uid, ownerUid, groupIsShared }),
  ];
}
