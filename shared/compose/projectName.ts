import type { Notice } from '../notices.ts';

/** What decides the name of a Compose project, as far as the words of a call do not. */
interface ProjectNaming {
  /** COMPOSE_PROJECT_NAME, of the environment or of `.env`. */
  variable: string | undefined;
  /** The last `name:` of the files. */
  written: string | undefined;
  /** The project directory, absolute. */
  directory: string;
}

/** Returns a project's name as Compose finds it (compose-spec/compose-go, cli/options.go, withNamePrecedenceLoad). */
export function projectNameOf({ variable = '', written = '', directory }: ProjectNaming): string {
  if (variable !== '') return variable;
  const normalized = normalizedName(written);
  return normalized === '' ? normalizedName(directory.slice(directory.lastIndexOf('/') + 1)) : normalized;
}

/** Returns what Compose makes of a text for a name: lower case, other signs left out (loader.go, NormalizeProjectName). */
function normalizedName(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

/** The project that Compose makes of the compose files in one folder with a Rediaccfile. */
export interface FolderProject {
  /** A first-level folder, or '' for the repository's root. */
  folder: string;
  /** The name of the project, with the place that decides it. */
  name: string;
  file: string;
  line: number;
  /** The compose files, absolute. */
  files: readonly string[];
}

/**
 * Finds the folders whose compose files become one project, though they are not the same files: an up of one may remove
 * what the other has started. Each is paired with the first of its name.
 */
export function sharedProjects(
  folders: readonly FolderProject[],
): { first: FolderProject; second: FolderProject }[] {
  const firsts = new Map<string, FolderProject>();
  return folders.flatMap((second) => {
    if (second.files.length === 0) return [];
    const first = firsts.get(second.name);
    if (first === undefined) firsts.set(second.name, second);
    return first === undefined || first.files.join('\0') === second.files.join('\0')
      ? []
      : [{ first, second }];
  });
}

/**
 * Tells whether a Rediaccfile's text gives its project a name. Where it stands is not looked at: a name that is given for
 * one call only silences a finding, and does no harm.
 */
export function namesProject(rediaccfile: string): boolean {
  return /\bCOMPOSE_PROJECT_NAME=|--project-name\b|\bcompose\b[^\n#;|&]*\s-p\b/.test(rediaccfile);
}

/** Returns the notice about two folders that become one project. */
export function sharedProjectNotice({
  first,
  second,
}: {
  first: FolderProject;
  second: FolderProject;
}): Notice {
  const { file, line, name: project } = second;
  const shown = ({ folder }: FolderProject): string => (folder === '' ? '.' : folder);
  const details = { file, line, first: shown(first), second: shown(second), project };
  return { code: 'two-folders-one-project', details };
}
