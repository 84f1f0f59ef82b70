import { createHash } from 'node:crypto';
import { assertNever } from '../../shared/errors.ts';
import type { RepositoryFiles } from '../repository/repositoryFiles.ts';

/** A file or folder that decided what a project is, and a mark of what it had then. */
export interface ProjectSource {
  readonly kind: 'file' | 'variables' | 'folder';
  /** Its absolute path. */
  readonly path: string;
  readonly mark: string;
}

/** The longest text that is its own mark: a project of short texts is read without loading what makes digests. */
const SHORT_LENGTH = 4096;

/** Returns the mark of a text, by which another text is told from it; of none, where there was no file. */
function markOf(text: string | undefined): string {
  if (text === undefined) return '';
  return text.length <= SHORT_LENGTH ? `=${text}` : `#${createHash('sha256').update(text).digest('hex')}`;
}

function markOfNames(names: readonly string[]): string {
  return markOf([...names].sort().join('\0'));
}

/** Returns the files of a repository, and a function that tells what has been read of them. */
export function notingSources(files: RepositoryFiles): {
  files: RepositoryFiles;
  sources: () => ProjectSource[];
} {
  // A file that changed between two looks is there with both, so that it never counts as unchanged.
  const sources: ProjectSource[] = [];
  const note = (source: ProjectSource): void => {
    if (
      !sources.some(
        (known) => known.kind === source.kind && known.path === source.path && known.mark === source.mark,
      )
    )
      sources.push(source);
  };
  return {
    sources: () => sources,
    files: {
      ...files,
      read: async (path) => {
        const text = await files.read(path);
        note({ kind: 'file', path, mark: markOf(text) });
        return text;
      },
      readVariables: async (path) => {
        const text = await files.readVariables(path);
        note({ kind: 'variables', path, mark: markOf(text) });
        return text;
      },
      names: async (folder) => {
        const names = await files.names(folder);
        note({ kind: 'folder', path: folder, mark: markOfNames(names) });
        return names;
      },
    },
  };
}

async function markNow(files: RepositoryFiles, kind: ProjectSource['kind'], path: string): Promise<string> {
  switch (kind) {
    case 'file':
      return markOf(await files.read(path));
    case 'variables':
      return markOf(await files.readVariables(path));
    case 'folder':
      return markOfNames(await files.names(path));
    default:
      return assertNever(kind);
  }
}

/** Tells whether all that decided what a project is has what it had. What cannot be read any more has not. */
export async function areUnchanged(
  files: RepositoryFiles,
  sources: readonly ProjectSource[],
): Promise<boolean> {
  for (const { kind, path, mark } of sources) {
    if ((await markNow(files, kind, path).catch(() => undefined)) !== mark) return false;
  }
  return true;
}
