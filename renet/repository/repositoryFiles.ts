import { readdir, realpath } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { hasCode } from '../host.ts';
import { readInsideIfThere } from './insideFile.ts';

/** The files of one mounted repository, by absolute path; all that touches the disk while compose files are sought. */
export interface RepositoryFiles {
  /** The repository's canonical folder. */
  root: string;
  /** The canonical form of an absolute path: one through the repository's name link becomes one through its GUID. */
  canonical: (path: string) => string;
  /** True when the path lies in the repository. */
  holds: (path: string) => boolean;
  /** The path as people read it: relative to the repository's root where it lies in it. */
  shown: (path: string) => string;
  /** The text of a file, or undefined when there is none. Throws unsafe-path, file-too-large. */
  read: (path: string) => Promise<string | undefined>;
  /** The names in a folder; none when it is not there. Throws unsafe-path for one reached through a link. */
  names: (folder: string) => Promise<string[]>;
}

/** Returns the files below `root`, its canonical folder; `aliases` are other names of that folder (its name link). */
export function repositoryFiles(root: string, aliases: readonly string[] = []): RepositoryFiles {
  const below = (folder: string, path: string): boolean => path === folder || path.startsWith(`${folder}/`);
  const canonical = (path: string): string => {
    const full = resolve(path);
    const alias = below(root, full) ? undefined : aliases.find((one) => below(one, full));
    return alias === undefined ? full : join(root, full.slice(alias.length));
  };
  const holds = (path: string): boolean => below(root, canonical(path));
  const shown = (path: string): string => (holds(path) ? relative(root, canonical(path)) : path);
  const inside = (path: string): string => {
    if (holds(path)) return relative(root, canonical(path));
    throw new AppError('unsafe-path', { path, reason: 'it leads out of the repository' });
  };
  return {
    root,
    canonical,
    holds,
    shown,
    read: async (path) => readInsideIfThere(root, inside(path)),
    names: async (folder) => {
      const path = join(root, inside(folder));
      try {
        const real = await realpath(path);
        if (real !== join(await realpath(root), inside(folder))) {
          throw new AppError('unsafe-path', { path: folder, reason: 'it is a link, or leads through one' });
        }
        return await readdir(real);
      } catch (error) {
        if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
        throw error;
      }
    },
  };
}
