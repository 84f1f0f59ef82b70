import { isOnHost } from '../../shared/compose/composeServices.ts';
import type { MergedService } from '../../shared/compose/composeServices.ts';
import { labelsOf } from './composeOverride.ts';
import { hostsFileFor, keepHostsFiles } from './hostsFiles.ts';
import type { MadeContainer } from './madeContainers.ts';
import type { Paths } from '../paths.ts';

/** The services of a project, and what their containers get. */
interface HostsRequest {
  repository: { guid: string; name: string; networkId: number };
  addresses: Readonly<Record<string, string>>;
  services: readonly MergedService[];
  /** The project's name; undefined where only the reader of another version could tell it. */
  project: string | undefined;
  /** The containers that are there. */
  made: readonly MadeContainer[];
}

/**
 * Decides which services get a hosts file with the others' names, writes the files, and returns their paths by service:
 * all on the host's network, but those that bring an /etc/hosts of their own, and those with a container that an earlier
 * version made and that Compose would otherwise leave as it is.
 */
export async function serviceHosts(
  paths: Paths,
  { repository, addresses, services, project, made }: HostsRequest,
): Promise<Map<string, string>> {
  const named = services.filter((service) => isOnHost(service) && !bringsOwn(service));
  await keepHostsFiles(paths, repository, named.map(ownHosts));
  const kept = named.filter(({ name }) => {
    const labels = labelsOf(name, { repository, addresses });
    return !made.some(
      (container) =>
        container.service === name &&
        (project === undefined || container.project === project) &&
        container.hosts === undefined &&
        // Where a label changes, Compose makes the container anew.
        labels.every(([key, value]) => container.labels[key] === value),
    );
  });
  return new Map(
    kept.map((service) => [service.name, hostsFileFor(paths, repository.networkId, ownHosts(service))]),
  );
}

function bringsOwn({ settings }: MergedService): boolean {
  return settings.volumes?.value !== undefined || settings.configs?.value !== undefined;
}

function ownHosts({ settings }: MergedService): string {
  return settings.extra_hosts?.value ?? '';
}
