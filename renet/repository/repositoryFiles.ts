import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import { insideFolder } from './heldFolder.ts';
import { isInsideFolder, readBytesIfThere } from './insideFile.ts';
import { withoutLinks } from './insideLink.ts';

/** The files of one mounted repository, by absolute path. Compose files are looked for through this alone. */
export interface RepositoryFiles {
  /** The repository's canonical folder. */
  root: string;
  /**
   * Returns the canonical form of an absolute path: a path through the repository's name link becomes one through its
   * GUID.
   */
  canonical: (path: string) => string;
  /** Tells whether a path lies in the repository. */
  holds: (path: string) => boolean;
  /** Returns a path as people read it: relative to the repository's root if it lies in it. */
  shown: (path: string) => string;
  /**
   * Reads the text of a file, UTF-8 or with the mark of UTF-16 before it; undefined when there is none. Links that stay in the repository are followed. Throws
   * unsafe-path, file-too-large.
   */
  read: (path: string) => Promise<string | undefined>;
  /** Reads a file of variables as `read` does. A folder of its name, which Compose passes over, is as none. */
  readVariables: (path: string) => Promise<string | undefined>;
  /** Lists the names in a folder; none when it is not there. Follows links and throws as `read` does. */
  names: (folder: string) => Promise<string[]>;
  parsing: Parsing;
}

/**
 * Calls the function that parses a text that was read from the repository; every such text goes through it. It may refuse
 * the text, or limit the time, because a repository's owner can write what keeps a parser busy
 * (docs/decisions/bounded-yaml.md). `file`: the path as people read it.
 */
export type Parsing = <Parsed>(file: string, text: string, parse: () => Parsed) => Parsed;

/**
 * Returns the files below `root`, a canonical folder; `aliases` are other paths of that folder, such as its name link.
 */
export function repositoryFiles(
  root: string,
  aliases: readonly string[] = [],
  parsing: Parsing = (_file, _text, parse) => parse(),
): RepositoryFiles {
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
  const read = async (path: string): Promise<string | undefined> => {
    const found = await withoutLinks(root, inside(path));
    const bytes = found === undefined ? undefined : await readBytesIfThere(root, found);
    return bytes === undefined ? undefined : textOf(bytes);
  };
  return {
    root,
    parsing,
    canonical,
    holds,
    shown,
    read,
    readVariables: async (path) => {
      const found = await withoutLinks(root, inside(path));
      return found === undefined || (await isInsideFolder(root, found)) ? undefined : read(path);
    },
    names: async (folder) => {
      const found = await withoutLinks(root, inside(folder));
      if (found === undefined) return [];
      return (await insideFolder(root, found, ({ path }) => readdir(path))) ?? [];
    },
  };
}

/** Returns the text of a file: editors on Windows write UTF-16, which Compose reads by its byte order mark. */
function textOf(bytes: Buffer): string {
  const mark = bytes.subarray(0, 2).toString('latin1');
  if (mark === '\xff\xfe') return bytes.toString('utf16le');
  if (mark === '\xfe\xff')
    return Buffer.from(bytes.subarray(0, bytes.length & ~1))
      .swap16()
      .toString('utf16le');
  return bytes.toString('utf8');
}
