import { composeFilesOf } from '../discovery.ts';
import type { Listing } from '../discovery.ts';
import type { Finding } from '../lint/findings.ts';
import { sortFindings } from '../lint/findings.ts';
import { adoptFolder } from './adoptFolder.ts';
import type { TextFile } from './adoptFolder.ts';
import { rediaccfileFor } from './rediaccfile.ts';
import { applyEdits } from './textEdits.ts';
import { newFileDiff, unifiedDiff } from './unifiedDiff.ts';

/** A file that is to be written. */
export interface FileChange {
  path: string;
  /** The text that the file has now; undefined for a new one. */
  before: string | undefined;
  after: string;
  /** The lines of a unified diff. */
  diff: string[];
}

/** What has to change in a repository so that its compose files run here, and what a person has to decide. */
export interface Adoption {
  changes: FileChange[];
  findings: Finding[];
}

/** A folder whose compose files are adopted. */
export interface AdoptedFolder {
  folder: string;
  files: string[];
  hasRediaccfile: boolean;
}

/**
 * Returns the folders whose compose files are adopted: those with a Rediaccfile; where there is none, the root; where the
 * root has no compose file, the first-level folders that have one. A link named so counts: nothing is put in its place.
 */
export function foldersToAdopt(listings: readonly Listing[]): AdoptedFolder[] {
  const withFiles = listings.flatMap((listing): AdoptedFolder[] => {
    const files = composeFilesOf(listing).map((name) =>
      listing.folder === '' ? name : `${listing.folder}/${name}`,
    );
    if (files.length === 0) return [];
    const hasRediaccfile = listing.entries.some(({ name }) => name.toLowerCase() === 'rediaccfile');
    return [{ folder: listing.folder, files, hasRediaccfile }];
  });
  const prepared = withFiles.filter(({ hasRediaccfile }) => hasRediaccfile);
  if (prepared.length > 0) return prepared;
  const root = withFiles.filter(({ folder }) => folder === '');
  return root.length > 0 ? root : withFiles;
}

/**
 * Returns what has to change so that compose files as people publish them run here. `read` returns a file's text. What is
 * not known is a finding that asks, and its service stays as it is; what is done twice changes nothing the second time.
 */
export function adopt(folders: readonly AdoptedFolder[], read: (path: string) => string): Adoption {
  const changes: FileChange[] = [];
  const findings: Finding[] = [];
  for (const { folder, files, hasRediaccfile } of folders) {
    const texts = files.map((path): TextFile => ({ path, text: read(path) }));
    const adopted = adoptFolder(texts);
    findings.push(...adopted.findings);
    for (const { file, edits } of adopted.changes) {
      const { path, text: before } = file;
      const after = applyEdits(before, edits);
      changes.push({ path, before, after, diff: unifiedDiff(path, before, edits) });
    }
    if (hasRediaccfile) continue;
    const path = folder === '' ? 'Rediaccfile' : `${folder}/Rediaccfile`;
    const after = rediaccfileFor(adopted.builds);
    changes.push({ path, before: undefined, after, diff: newFileDiff(path, after) });
  }
  return { changes, findings: sortFindings(findings) };
}
