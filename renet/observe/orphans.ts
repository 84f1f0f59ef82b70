import { dirname } from 'node:path';
import type { Container } from '../../shared/model.ts';
import { chooseFiles, servicesOfChoice } from '../compose/composeFiles.ts';
import { isAlive } from '../docker/containers.ts';
import type { Composed } from '../docker/containers.ts';
import { repositoryFiles } from '../repository/repositoryFiles.ts';
import type { RepositoryFiles } from '../repository/repositoryFiles.ts';

/** A repository's folder with its other path (the name link), and the services that its own compose files name now. */
interface Present {
  root: string;
  link: string;
  services: ReadonlySet<string>;
}

/**
 * Marks the running containers whose service is in no compose file any more: neither in one that Compose finds by
 * itself, nor in one that the container was made from (`-f`), as far as that lies in the repository.
 */
export async function markOrphans<Each extends Container & Composed>(
  containers: readonly Each[],
  { root, link, services }: Present,
): Promise<Omit<Each, keyof Composed>[]> {
  const files = repositoryFiles(root, [link]);
  const read = new Map<string, Promise<ReadonlySet<string> | undefined>>();
  const named = (paths: readonly string[]): Promise<ReadonlySet<string> | undefined> => {
    const key = paths.join(',');
    const known = read.get(key) ?? servicesIn(files, paths);
    read.set(key, known);
    return known;
  };
  return Promise.all(
    containers.map(async ({ configFiles, ...container }) => {
      const { service } = container;
      if (service === undefined || services.has(service) || !isAlive(container)) return container;
      const inFiles = await named(configFiles ?? []);
      return inFiles === undefined || inFiles.has(service) ? container : { ...container, orphan: true };
    }),
  );
}

/**
 * Returns the services of these compose files, of which those that are gone and those outside the repository (our own
 * override) name none; undefined when one cannot be read, so that nobody knows.
 */
async function servicesIn(
  files: RepositoryFiles,
  paths: readonly string[],
): Promise<ReadonlySet<string> | undefined> {
  try {
    const present = [];
    for (const path of paths) {
      if (files.holds(path) && (await files.read(path)) !== undefined) present.push(files.canonical(path));
    }
    const [first] = present;
    if (first === undefined) return new Set();
    const choice = await chooseFiles(files, {
      ...{ directory: dirname(first), files: present, envFiles: [], searchesParents: false },
      projectDirectory: undefined,
      environment: () => undefined,
    });
    return new Set((await servicesOfChoice(files, choice)).map(({ name }) => name));
  } catch {
    return undefined;
  }
}
