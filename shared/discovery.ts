import { AppError } from './errors.ts';
import type { Notice } from './notices.ts';
import { compareBytewise } from './order.ts';

/** The entries of one folder of a repository, as they are on the disk. No link was followed and no file opened. */
export interface Listing {
  /** The name of a first-level folder, or '' for the repository's root. */
  folder: string;
  entries: { name: string; kind: 'file' | 'folder' | 'link' | 'other' }[];
}

/** A Rediaccfile, with its place. */
interface Rediaccfile {
  /** The folder's name, or '' for the root. */
  folder: string;
  /** The path relative to the repository's root, as it is spelled: "Rediaccfile", "api/rediaccfile". */
  path: string;
}

/** Returns the first-level folders to look into, A to Z, without hidden ones and links. */
export function foldersToList(root: Listing): string[] {
  return root.entries
    .filter(({ name, kind }) => kind === 'folder' && !name.startsWith('.'))
    .map(({ name }) => name)
    .sort(compareBytewise);
}

/**
 * Finds the Rediaccfiles, in any spelling of the name, in starting order: root, then folders A to Z (bytewise). A link
 * is skipped with a notice (link-skipped). Throws two-rediaccfiles when one folder holds two spellings.
 */
export function findRediaccfiles(listings: readonly Listing[]): { files: Rediaccfile[]; notices: Notice[] } {
  // The root's name '' sorts before all others.
  const ordered = [...listings].sort((a, b) => compareBytewise(a.folder, b.folder));
  const files: Rediaccfile[] = [];
  const notices: Notice[] = [];
  for (const { folder, entries } of ordered) {
    const named = entries.filter(({ name }) => name.toLowerCase() === 'rediaccfile');
    // A pipe or a device is listed too: whoever reads it refuses it, where skipping it would hide it.
    const names = named.filter(({ kind }) => kind === 'file' || kind === 'other').map(({ name }) => name);
    const links = named.filter(({ kind }) => kind === 'link').map(({ name }) => name);
    const [first, second] = names.sort(compareBytewise);
    if (first !== undefined && second !== undefined) {
      throw new AppError('two-rediaccfiles', { folder: folder === '' ? '.' : folder, first, second });
    }
    if (first !== undefined) files.push({ folder, path: pathIn(folder, first) });
    for (const link of links.sort(compareBytewise)) {
      notices.push({ code: 'link-skipped', details: { path: pathIn(folder, link) } });
    }
  }
  return { files, notices };
}

function pathIn(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

/** Returns the stopping order of files in starting order: folders Z to A, then the root. */
export function downOrder<File>(files: readonly File[]): File[] {
  return [...files].reverse();
}

const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

const COMPOSE_OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/**
 * Returns the names of the compose files that Compose itself uses in a folder when none is given: the first of its list
 * that exists, then the first override of its list, whatever the two are called. The lists and their order are
 * Compose's own: `DefaultFileNames`, `DefaultOverrideFileNames` and `WithDefaultConfigPath` in compose-spec/compose-go,
 * cli/options.go. As there, only existence counts. A link is chosen too, and whoever reads it has to refuse it;
 * skipping the link would assign the addresses of another file than the one that runs.
 */
export function composeFilesOf(listing: Listing): string[] {
  const present = new Set(listing.entries.map(({ name }) => name));
  const main = COMPOSE_FILES.find((name) => present.has(name));
  if (main === undefined) return [];
  const override = COMPOSE_OVERRIDES.find((name) => present.has(name));
  return override === undefined ? [main] : [main, override];
}
