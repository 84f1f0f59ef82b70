import { join } from 'node:path';
import { namesProject, sharedProjectNotice, sharedProjects } from '../../shared/compose/projectName.ts';
import type { FolderProject } from '../../shared/compose/projectName.ts';
import type { Notice } from '../../shared/notices.ts';
import { repositoryFiles } from '../repository/repositoryFiles.ts';

/**
 * Returns a notice (two-folders-one-project) for each two folders whose compose files become one Compose project, unless
 * the Rediaccfile of one of them names its project itself.
 */
export async function projectNotices(root: string, projects: readonly FolderProject[]): Promise<Notice[]> {
  const notices: Notice[] = [];
  for (const pair of sharedProjects(projects)) {
    const named = await Promise.all([pair.first, pair.second].map(({ folder }) => isNamed(root, folder)));
    if (!named.includes(true)) notices.push(sharedProjectNotice(pair));
  }
  return notices;
}

/** Tells whether a Rediaccfile in a folder names its project; one that cannot be read does not. */
async function isNamed(root: string, folder: string): Promise<boolean> {
  const files = repositoryFiles(root);
  const names = await files.names(join(root, folder)).catch(() => []);
  for (const name of names.filter((one) => one.toLowerCase() === 'rediaccfile')) {
    const text = await files.read(join(root, folder, name)).catch(() => undefined);
    if (namesProject(text ?? '')) return true;
  }
  return false;
}
