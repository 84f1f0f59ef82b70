import { hostname } from 'node:os';
import { AppError } from '../../shared/errors.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { VerbRequest } from '../../shared/verbs.ts';
import type { Paths } from '../paths.ts';
import { chooseStored, findWhatIsLeft, listRepositories } from '../repository/repositories.ts';
import { knownLogs } from './log/logIndex.ts';

/**
 * Finds the repository that a request is about. A rename whose old name is gone means the repository with the new name,
 * if the log of its last rename says that it had the old one: so a second try of a rename that was killed after it was
 * done completes it. Throws as `findWhatIsLeft` does.
 */
export async function findRequested(
  paths: Paths,
  request: VerbRequest,
): Promise<Awaited<ReturnType<typeof findWhatIsLeft>>> {
  const { repository, verb, options } = request;
  try {
    return await findWhatIsLeft(paths, repository, hostname());
  } catch (error) {
    const isGone = error instanceof AppError && error.code === 'repository-not-found';
    const renamed =
      isGone && verb === 'rename' ? await findRenamed(paths, repository, options.newName) : undefined;
    if (renamed === undefined) throw error;
    return renamed;
  }
}

async function findRenamed(paths: Paths, from: string, to: string): Promise<RepositoryMetadata | undefined> {
  const stored = chooseStored(await listRepositories(paths), to);
  if (stored?.kind !== 'repository') return undefined;
  const { guid } = stored.metadata;
  // One that found the name in place tells nothing of the name before.
  const last = (await knownLogs(paths)).find(
    ({ head }) => head?.repository.guid === guid && head.verb === 'rename' && head.repository.name !== to,
  );
  return last?.head?.repository.name === from ? stored.metadata : undefined;
}
