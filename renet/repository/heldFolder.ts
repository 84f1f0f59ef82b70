import { constants } from 'node:fs';
import type { Stats } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { hasCode } from '../host.ts';

/**
 * A folder that is held open. Its path leads to it by its descriptor (/proc/self/fd), so whatever is put in the place of
 * its name meanwhile, nothing else is reached through it. This is what Node has for openat(2).
 */
export interface HeldFolder {
  path: string;
  /** The same for a program that this one starts. The dot makes it a folder: without it, it would be a link. */
  pathForOthers: string;
  facts: Stats;
  close: () => Promise<void>;
}

/**
 * Opens a folder, and no link in its place. Returns undefined when nothing is there. Throws what the system says of
 * something else: ENOTDIR, ELOOP.
 */
export async function holdFolder(path: string): Promise<HeldFolder | undefined> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  const handle = await open(path, flags).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const facts = await handle.stat();
    const path = `/proc/self/fd/${handle.fd}`;
    return {
      path,
      pathForOthers: `/proc/${process.pid}/fd/${handle.fd}/.`,
      facts,
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Works on a folder inside a repository, which is held open meanwhile. `root` is the mount's folder, `relative` the path
 * below it. Does nothing, and returns undefined, when no folder is there. Throws unsafe-path when a link or another device
 * stands anywhere on the way.
 */
export async function insideFolder<Result>(
  root: string,
  relative: string,
  work: (folder: HeldFolder) => Promise<Result>,
): Promise<Result | undefined> {
  let held = await holdFolder(root);
  const device = held?.facts.dev;
  try {
    for (const name of relative.split('/').filter(Boolean)) {
      if (held === undefined) return undefined;
      const path: string = `${held.path}/${name}`;
      const next: HeldFolder | undefined = await holdFolder(path).catch(async (error: unknown) => {
        if (!hasCode(error, 'ENOTDIR', 'ELOOP')) throw error;
        if ((await lstat(path)).isSymbolicLink())
          throw unsafe(relative, 'it is a link, or leads through one');
        return undefined;
      });
      await held.close();
      held = next;
      if (held !== undefined && held.facts.dev !== device)
        throw unsafe(relative, 'it is on another device than the repository');
    }
    return held === undefined ? undefined : await work(held);
  } finally {
    await held?.close();
  }
}

function unsafe(path: string, reason: string): AppError {
  return new AppError('unsafe-path', { path, reason });
}
