import type { Repository } from '../../shared/model.ts';
import type { MachineContainer } from '../../shared/protocol/observation.ts';
import { containerDetails, containersOf } from '../docker/engineApi.ts';
import { dockerSocket } from '../paths.ts';
import { shownUsage, containerUsage } from './usage.ts';
import type { Usage } from './usage.ts';

/** A container, with the network id that its control group is found by. */
export interface PlacedContainer {
  networkId: number;
  container: MachineContainer;
}

/** Lists the containers of every daemon that is up, by repository and name. */
export async function listContainers(repositories: readonly Repository[]): Promise<PlacedContainer[]> {
  const lists = await Promise.all(
    repositories
      .filter(({ daemon }) => daemon)
      // A daemon that stops while it is asked has no containers.
      .map((repository) => containersOfOne(repository).catch(() => [])),
  );
  return lists.flat();
}

async function containersOfOne({ guid, name, networkId, services }: Repository): Promise<PlacedContainer[]> {
  const socket = dockerSocket(networkId);
  const listed = await containersOf(socket);
  const placed = await Promise.all(
    listed.map(async (container) => {
      const details = await containerDetails(socket, container.id).catch(() => ({ restarts: 0 }));
      const address = services.find((service) => service.name === container.service)?.address;
      return {
        networkId,
        container: {
          ...container,
          repository: { guid, name },
          ...(address === undefined ? {} : { address }),
          ...details,
        },
      };
    }),
  );
  return placed.sort((a, b) => (a.container.name < b.container.name ? -1 : 1));
}

/** Makes a function that adds to containers what they use, measured since its last call. */
export function createUsageMeter(): (placed: readonly PlacedContainer[]) => MachineContainer[] {
  let before = new Map<string, Usage>();
  return (placed) => {
    const now = new Map<string, Usage>();
    const shown = placed.map(({ networkId, container }) => {
      const usage = containerUsage(networkId, container.id);
      if (usage !== undefined) now.set(container.id, usage);
      return { ...container, ...shownUsage(usage, before.get(container.id)) };
    });
    before = now;
    return shown;
  };
}

const MEASURE_MILLISECONDS = 1_000;

/** Lists all containers with what they use, measured over a second. */
export async function measureContainers(repositories: readonly Repository[]): Promise<MachineContainer[]> {
  const placed = await listContainers(repositories);
  const measure = createUsageMeter();
  measure(placed);
  if (placed.length > 0) await new Promise((resolve) => setTimeout(resolve, MEASURE_MILLISECONDS));
  return measure(placed);
}
