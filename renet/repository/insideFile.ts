import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open, readlink, realpath } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { hasCode } from '../host.ts';

/** The largest file that is read inside a repository, bytes (docs/decisions/paths-inside-a-repository.md). */
const LARGEST_FILE = 1024 * 1024;

/** What a file is when it is not the one any more that was looked at. */
const CHANGED = Symbol('changed');
/**
 * How often such a file is looked at anew, with all checks: whoever writes a file as one should puts a new one in its place, as
 * several `renet compose` do with `.rediacc.json`.
 */
const MOST_TRIES = 20;

/**
 * Reads the UTF-8 text of a file inside a repository. Root reads it, and other accounts may write there, so no link may
 * lead elsewhere. `root` is the mount's folder, `relative` the path below it. Throws unsafe-path (a link, a path that
 * leads out, another device, not a regular file), file-too-large (beyond 1 MiB), file-not-found. Errors name the
 * relative path.
 *
 * Node has no openat(2), so no folder can be held open while the next name is looked up in it. Three checks make up for
 * that: every component is looked at without following it (lstat), and must be a true folder on the root's device, the
 * last one a true file; the file is opened with O_NOFOLLOW, and the opened file must be the one that was looked at
 * (device and inode); and the kernel's own name for the open file (/proc/self/fd) must be the path that was asked for,
 * which it is not when a folder on the way was swapped for a link in the meantime.
 */
export async function readInside(root: string, relative: string): Promise<string> {
  return (await readBytesInside(root, relative)).toString('utf8');
}

/** Reads a file as readInside does; undefined when there is none. */
export async function readInsideIfThere(root: string, relative: string): Promise<string | undefined> {
  return (await readBytesIfThere(root, relative))?.toString('utf8');
}

/** Tells whether a path leads to a folder inside a repository; a link does not. Throws as readInside does. */
export async function isInsideFolder(root: string, relative: string): Promise<boolean> {
  const components = componentsOf(relative);
  const { dev } = await lstat(await realpath(root));
  return components.length === 0 || (await look(root, components, dev, relative))?.isDirectory() === true;
}

/** Reads the bytes of a file as readInside reads its text. */
export async function readBytesInside(root: string, relative: string): Promise<Buffer> {
  const bytes = await readBytesIfThere(root, relative);
  if (bytes === undefined) throw new AppError('file-not-found', { file: relative });
  return bytes;
}

/** Reads the bytes of a file as readInside does; undefined when there is none. */
export async function readBytesIfThere(root: string, relative: string): Promise<Buffer | undefined> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const read = await readUnlessChanged(root, relative);
    if (read !== CHANGED) return read;
  }
  throw unsafe(relative, 'it changed while it was opened');
}

/** Reads the bytes of a file; CHANGED where something else came into its place, or onto its way, meanwhile. */
async function readUnlessChanged(
  root: string,
  relative: string,
): Promise<Buffer | undefined | typeof CHANGED> {
  const components = componentsOf(relative);
  const { dev } = await lstat(await realpath(root));
  const seen = await look(root, components, dev, relative);
  if (seen === undefined) return undefined;
  if (!seen.isFile()) throw unsafe(relative, 'it is not a regular file');
  let file: FileHandle;
  try {
    // Non-blocking: opening a pipe that was put there in the meantime must not wait.
    file = await open(
      join(root, ...components),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    );
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO')) return CHANGED;
    throw error;
  }
  try {
    const opened = await file.stat();
    const isSame = opened.isFile() && opened.dev === seen.dev && opened.ino === seen.ino;
    const path = await readlink(`/proc/self/fd/${file.fd}`);
    if (!isSame || path !== join(await realpath(root), ...components)) return CHANGED;
    return await readLimited(file, opened.size, relative);
  } finally {
    await file.close();
  }
}

function componentsOf(relative: string): string[] {
  const path = normalize(relative);
  if (path.startsWith('/') || path.includes('\0') || path.split('/').includes('..')) {
    throw unsafe(relative, 'it leads out of the repository');
  }
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

/**
 * Looks at every component of a path without following it. Returns the facts about the last one; undefined when a
 * component is missing.
 */
async function look(
  root: string,
  components: readonly string[],
  dev: number,
  relative: string,
): Promise<Stats | undefined> {
  let path = root;
  let facts: Stats | undefined;
  for (const name of components) {
    if (facts !== undefined && !facts.isDirectory()) return undefined;
    path = join(path, name);
    try {
      facts = await lstat(path);
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    }
    if (facts.isSymbolicLink()) throw unsafe(relative, 'it is a link, or leads through one');
    if (facts.dev !== dev) throw unsafe(relative, 'it is on another device than the repository');
  }
  if (facts === undefined) throw unsafe(relative, 'it is not a regular file');
  return facts;
}

async function readLimited(file: FileHandle, size: number, relative: string): Promise<Buffer> {
  // One byte more than it had, so that its end shows; a file that grew meanwhile is read on.
  let bytes = Buffer.alloc(Math.min(size, LARGEST_FILE) + 1);
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
    length += bytesRead;
    if (bytesRead === 0) return bytes.subarray(0, length);
    if (length > LARGEST_FILE) throw new AppError('file-too-large', { file: relative, limit: '1 MiB' });
    if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(2 * length, LARGEST_FILE + 1));
  }
}

function unsafe(path: string, reason: string): AppError {
  return new AppError('unsafe-path', { path, reason });
}
