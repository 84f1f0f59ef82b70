import { repositoryFiles } from '../repository/repositoryFiles.ts';
import type { Project, ProjectRequest, ReadProject } from './composeFiles.ts';
import { areUnchanged } from './projectSources.ts';

/** The most characters of all remembered projects together, as JSON, and of one of them. */
const MOST_CHARACTERS = 4 * 1024 * 1024;
const MOST_CHARACTERS_EACH = 64 * 1024;

/** A project, with the characters that it counts. */
interface Remembered {
  readonly project: Project;
  readonly length: number;
}

/**
 * Makes a reader that parses a project again only when a file of it has changed. Its files are read each time, which costs
 * a small part of parsing them: a machine is looked at for as long as it runs, and its compose files seldom change. What
 * is refused, and what is very large, is parsed each time.
 */
export function rememberingProjects(read: ReadProject): ReadProject {
  // The one that was used last stands last.
  const remembered = new Map<string, Remembered>();
  let total = 0;
  const forget = (key: string): void => {
    total -= remembered.get(key)?.length ?? 0;
    remembered.delete(key);
  };
  const remember = (key: string, { project, length }: Remembered): void => {
    forget(key);
    remembered.set(key, { project, length });
    total += length;
    for (const oldest of remembered.keys()) {
      if (total <= MOST_CHARACTERS) break;
      forget(oldest);
    }
  };
  return async (request) => {
    const key = JSON.stringify(request);
    const known = remembered.get(key);
    if (known !== undefined && (await isUnchanged(known.project, request))) {
      remember(key, known);
      return known.project;
    }
    forget(key);
    const project = await read(request);
    const { length } = JSON.stringify(project);
    if (length <= MOST_CHARACTERS_EACH) remember(key, { project, length });
    return project;
  };
}

/** Tells whether the files of a project are as they were; never for what a reading process of another version made. */
async function isUnchanged({ sources }: Project, { root, aliases }: ProjectRequest): Promise<boolean> {
  return sources !== undefined && areUnchanged(repositoryFiles(root, aliases), sources);
}
