import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { daemonFolder } from '../paths.ts';
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
  const text = overrideFor(services, { repository, addresses, hosts, strict });
  const file = `${createHash('sha256').update(text).digest('hex').slice(0, 32)}.yml`;
  const path = join(daemonFolder(dependencies, repository.networkId), 'compose', file);
  await dependencies.keep(path, text);
  return path;
}

/** Tells whether a call makes every container anew, whatever there is. */
function remakesAll({ command: [subcommand = '', ...words] }: ComposeArguments): boolean {
  return ['up', 'create'].includes(subcommand) && words.includes('--force-recreate');
}
