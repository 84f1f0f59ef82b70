import { lstat, readlink, realpath } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { hasCode } from '../host.ts';

/** The most links that one path may lead through, as in the kernel. */
const MOST_LINKS = 40;

/**
 * Returns the path below `root` to which links in a path below it lead; undefined when something on the way is not there.
 * Nothing is opened, and what stands there may change at once: whoever reads the result must follow no link again
 * (insideFile.ts). Throws unsafe-path for a link that leads out of the repository or through another device, and for more
 * than 40 links.
 */
export async function withoutLinks(root: string, relative: string): Promise<string | undefined> {
  const refuse = (reason: string): never => {
    throw new AppError('unsafe-path', { path: relative, reason });
  };
  const realRoot = await realpath(root);
  const { dev } = await lstat(realRoot);
  let left = relative.split('/');
  let at = '.';
  let links = 0;
  for (let name = left.shift(); name !== undefined; name = left.shift()) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      if (at === '.') return refuse('it is a link that leads out of the repository');
      at = dirname(at);
      continue;
    }
    const path = join(realRoot, at, name);
    const facts = await lstat(path).catch((error: unknown) => {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    });
    if (facts === undefined) return undefined;
    if (facts.dev !== dev) return refuse('it is on another device than the repository');
    if (!facts.isSymbolicLink()) {
      at = join(at, name);
      continue;
    }
    links += 1;
    if (links > MOST_LINKS) return refuse('it leads through more than 40 links');
    const target = await readlink(path);
    if (!target.startsWith('/')) left = [...target.split('/'), ...left];
    else {
      const full = normalize(target);
      const base = await baseOf(full, root, realRoot);
      if (base === undefined) return refuse('it is a link that leads out of the repository');
      left = [...full.slice(base.length).split('/'), ...left];
      at = '.';
    }
  }
  return at;
}

/** Returns the part of an absolute path that is the repository's folder, by its GUID or by its name; undefined without. */
async function baseOf(path: string, root: string, realRoot: string): Promise<string | undefined> {
  const direct = [root, realRoot].find((one) => path === one || path.startsWith(`${one}/`));
  const mounts = `${dirname(root)}/`;
  if (direct !== undefined || !path.startsWith(mounts)) return direct;
  const beside = join(mounts, path.slice(mounts.length).split('/')[0] ?? '');
  const real = await realpath(beside).catch((error: unknown) => {
    if (hasCode(error, 'ENOENT', 'ELOOP')) return undefined;
    throw error;
  });
  return real === realRoot ? beside : undefined;
}
