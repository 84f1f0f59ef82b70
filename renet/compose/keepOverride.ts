import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { idleServices } from '../../shared/compose/composeServices.ts';
import { daemonFolder, mountPath } from '../paths.ts';
import type { ComposeArguments } from './composeArguments.ts';
import type { Project } from './composeFiles.ts';
import type { ComposeDependencies, RepositoryIdentity } from './composeHost.ts';
import { overrideFor } from './composeOverride.ts';
import { serviceHosts } from './serviceHosts.ts';

/** The call of Compose that an override is for. */
interface OverrideRequest {
  repository: RepositoryIdentity;
  /** The addresses by service name. */
  addresses: Readonly<Record<string, string>>;
  given: ComposeArguments;
  project: Project;
  /** Whether the call may make containers; if not, it works on what is there. */
  strict: boolean;
}

/**
 * Writes the override to a file whose name is made of its bytes, and returns the path: calls at the same time cannot
 * disturb each other, and Compose sees the same path for the same content. (It hashes a service's configuration,
 * without the file names.) Returns undefined when there are no services.
 */
export async function keepOverride(
  dependencies: ComposeDependencies,
  { repository, addresses, given, project, strict }: OverrideRequest,
): Promise<string | undefined> {
  const { services } = project;
  if (services.length === 0) return undefined;
  const made = strict && !remakesAll(given) ? await dependencies.madeContainers(repository) : [];
  const name = given.projectName ?? project.name?.value;
  const hosts = await serviceHosts(dependencies, { repository, addresses, services, project: name, made });
  const root = mountPath(dependencies, repository.guid);
  const profiles = given.profiles.length > 0 ? given.profiles : (project.profiles ?? '').split(',');
  const text = overrideFor(services, {
    ...{ repository, addresses, hosts, strict },
    bases: basesOf(project, root),
    idle: idleServices(services, { profiles: profiles.map((one) => one.trim()), words: given.command }),
  });
  const file = `${createHash('sha256').update(text).digest('hex').slice(0, 32)}.yml`;
  const path = join(daemonFolder(dependencies, repository.networkId), 'compose', file);
  await dependencies.keep(path, text);
  return path;
}

/**
 * Returns the file of each service whose name begins with `x-`. Compose 2.26 takes such a key for an extension, even among
 * services, and replaces that of an earlier file instead of merging it, so the override has to extend it. Where it would
 * read differently from there (another folder, or parts of the service in other files), it is merged as any other.
 */
function basesOf({ files, projectDirectory, services }: Project, root: string): Map<string, string> {
  return new Map(
    services.flatMap(({ name, file, isScattered }) => {
      const path = join(root, file);
      const isSame = isScattered !== true && files.includes(path) && dirname(path) === projectDirectory;
      return name.startsWith('x-') && isSame ? [[name, path] as const] : [];
    }),
  );
}

/** Tells whether a call makes every container anew, whatever there is. */
function remakesAll({ command: [subcommand = '', ...words] }: ComposeArguments): boolean {
  return ['up', 'create'].includes(subcommand) && words.includes('--force-recreate');
}
