import { dirname } from 'node:path';
import type { Container } from '../../shared/model.ts';
import type { ReadProject } from '../compose/composeFiles.ts';
import { isAlive } from '../docker/containers.ts';
import type { Composed } from '../docker/containers.ts';
import { repositoryFiles } from '../repository/repositoryFiles.ts';

/** The most projects of `-f` files that are read for one repository: labels are written by whoever starts a container. */
const MOST_PROJECTS = 16;

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
  readProject: ReadProject,
): Promise<Omit<Each, keyof Composed>[]> {
  const read = new Map<string, Promise<ReadonlySet<string> | undefined>>();
  const named = (paths: readonly string[]): Promise<ReadonlySet<string> | undefined> => {
    const key = paths.join(',');
    const known = read.get(key);
    if (known !== undefined) return known;
    const services = read.size < MOST_PROJECTS ? servicesIn({ root, link, paths, readProject }) : nobodyKnows;
    read.set(key, services);
    return services;
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

const nobodyKnows = Promise.resolve(undefined);

/**
 * Returns the services of these compose files, of which those that are gone and those outside the repository (our own
 * override) name none; undefined when one cannot be read, so that nobody knows.
 */
async function servicesIn({
  root,
  link,
  paths,
  readProject,
}: Pick<Present, 'root' | 'link'> & {
  paths: readonly string[];
  readProject: ReadProject;
}): Promise<ReadonlySet<string> | undefined> {
  const files = repositoryFiles(root, [link]);
  try {
    const present = [];
    for (const path of paths) {
      if (files.holds(path) && (await files.read(path)) !== undefined) present.push(files.canonical(path));
    }
    const [first] = present;
    if (first === undefined) return new Set();
    const { services } = await readProject({
      ...{ root, aliases: [link], directory: dirname(first), files: present, envFiles: [] },
      ...{ projectDirectory: undefined, searchesParents: false, environment: {} },
    });
    return new Set(services.map(({ name }) => name));
  } catch {
    return undefined;
  }
}
