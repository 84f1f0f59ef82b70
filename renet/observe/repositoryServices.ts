import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import type { RepositoryMetadata } from '../../shared/metadata.ts';
import type { Service } from '../../shared/model.ts';
import { addressOf, variableOf } from '../../shared/network/network.ts';
import type { Notice } from '../../shared/notices.ts';
import { serviceSlots } from '../../shared/network/slots.ts';
import { gatherServices } from '../compose/composeFiles.ts';
import { isAlive } from '../docker/containers.ts';
import type { Composed, InspectedContainer } from '../docker/containers.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { mountPath, nameLink } from '../paths.ts';
import { listRepositoryFolders } from '../repository/folders.ts';
import { readSlots } from '../repository/slotsFile.ts';
import { lookElsewhere } from './listeners.ts';
import { strayListeners, withListening } from './listening.ts';
import type { Listener } from './listening.ts';
import { markOrphans } from './orphans.ts';

/** The services of a repository as its files tell them, or the error that kept them from being read. */
export interface Seen {
  services: Service[];
  notices: Notice[];
  /** The containers, those whose service is in no compose file any more marked. */
  containers: InspectedContainer[];
  problem?: WireError;
}

/** The repository's containers, and what listens on the machine. */
interface Facts {
  containers: readonly (InspectedContainer & Composed)[];
  listeners: readonly Listener[];
}

/** Returns the services of a mounted repository, or the error of a broken file as its problem. */
export async function seenOf(
  machine: MachineDependencies,
  metadata: RepositoryMetadata,
  facts: Facts,
): Promise<Seen> {
  try {
    return await servicesOf(machine, metadata, facts);
  } catch (error) {
    return { services: [], notices: [], containers: [...facts.containers], problem: toWire(error) };
  }
}

/**
 * Returns the services of a mounted repository by slot: all of .rediacc.json, whether or not a compose file still has
 * them. The notices are about its files, about containers of services that are gone, and about programs that listen at
 * wrong addresses.
 */
export async function servicesOf(
  { paths, readProject }: Pick<MachineDependencies, 'paths' | 'readProject'>,
  { guid, name: repository, networkId }: Pick<RepositoryMetadata, 'guid' | 'name' | 'networkId'>,
  { containers: listed, listeners }: Facts,
): Promise<Omit<Seen, 'problem'>> {
  const root = mountPath(paths, guid);
  const slots = serviceSlots(await readSlots(paths, guid));
  const found = await gatherServices(readProject, root, await listRepositoryFolders(root));
  const link = nameLink(paths, repository);
  const inFolders = new Set(found.services);
  const containers = await markOrphans(listed, { root, link, services: inFolders }, readProject);
  // What runs from a file that only `-f` names is there as well.
  const running = containers.filter((container) => isAlive(container) && container.orphan !== true);
  const present = new Set([...inFolders, ...running.flatMap(({ service = [] }) => service)]);
  const addressed = slots.map(({ name, slot }): Service => {
    const variable = variableOf(name);
    return {
      name,
      slot,
      address: addressOf(networkId, slot),
      ...(variable === undefined ? {} : { variable }),
      present: present.has(name),
      containers: containers.filter((container) => container.service === name),
    };
  });
  const services = withListening(addressed, listeners);
  // Looking into processes takes long, so it is done only for services at whose address nothing listens.
  const silent = services.filter(({ listening = [] }) => listening.length === 0);
  return {
    services,
    containers,
    notices: [
      ...orphanNotices(repository, containers),
      ...found.notices,
      ...strayListeners(networkId, services, listeners),
      ...lookElsewhere(networkId, silent, listeners),
    ],
  };
}

function orphanNotices(name: string, containers: readonly InspectedContainer[]): Notice[] {
  return containers.flatMap(({ orphan, service = '', name: container }) =>
    orphan === true ? [{ code: 'service-left', details: { name, service, container } }] : [],
  );
}
