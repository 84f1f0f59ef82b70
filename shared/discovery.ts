import { AppError } from './errors.ts';
import type { Notice } from './model.ts';
import { compareBytewise } from './order.ts';

/** A folder's entries as plain data; `folder` is "" for the repository's root, else a first-level name. */
export interface Listing {
  folder: string;
  entries: { name: string; kind: 'file' | 'folder' | 'link' | 'other' }[];
}

/** A Rediaccfile: its folder ("" for the root) and its path from the root. */
export interface Rediaccfile {
  folder: string;
  path: string;
}

/** The first-level folders that may hold a Rediaccfile, A to Z by bytes: not hidden, true folders. */
export function foldersToList(root: Listing): string[] {
  return root.entries
    .filter((entry) => entry.kind === 'folder' && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort(compareBytewise);
}

/**
 * The Rediaccfiles in starting order: root, then folders A to Z. The name may be spelled in any case; two in one
 * folder are refused (two-rediaccfiles), a link is skipped with a notice.
 */
export function findRediaccfiles(listings: readonly Listing[]): { files: Rediaccfile[]; notices: Notice[] } {
  const notices: Notice[] = [];
  const files: Rediaccfile[] = [];
  const ordered = [...listings].sort((a, b) => compareBytewise(a.folder, b.folder));
  for (const { folder, entries } of ordered) {
    const named = entries.filter((entry) => entry.name.toLowerCase() === 'rediaccfile');
    const pathOf = (name: string): string => (folder === '' ? name : `${folder}/${name}`);
    for (const link of named.filter((entry) => entry.kind === 'link')) {
      notices.push({ code: 'link-skipped', details: { path: pathOf(link.name) } });
    }
    const names = named.filter((entry) => entry.kind === 'file').map((entry) => entry.name);
    const [first, second] = names.sort(compareBytewise);
    if (first !== undefined && second !== undefined) {
      throw new AppError('two-rediaccfiles', { folder: folder || '/', first, second });
    }
    if (first !== undefined) files.push({ folder, path: pathOf(first) });
  }
  return { files, notices };
}

/**
 * compose-spec/compose-go, cli/options.go: DefaultFileNames and DefaultOverrideFileNames, in the order Compose tries
 * them. Only with a default file does Compose look for an override.
 */
const DEFAULT_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];
const OVERRIDE_FILES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];

/** The compose files that Compose itself would use in a folder by default: none, one, or one and its override. */
export function composeFilesOf(listing: Listing): string[] {
  const names = new Set(listing.entries.filter((entry) => entry.kind === 'file').map((entry) => entry.name));
  const file = DEFAULT_FILES.find((name) => names.has(name));
  if (file === undefined) return [];
  const override = OVERRIDE_FILES.find((name) => names.has(name));
  return override === undefined ? [file] : [file, override];
}
