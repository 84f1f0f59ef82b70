import type { MachineContainer } from '../../shared/protocol/observation.ts';
import type { Described } from './inventory.ts';
import { shownUsage, containerUsage } from './usage.ts';
import type { Usage } from './usage.ts';

/** A container, with the network id that its control group is found by. */
export interface PlacedContainer {
  networkId: number;
  container: MachineContainer;
}

/** Returns the containers of all repositories, each with its place, by repository and name. */
export function placedContainers(described: readonly Described[]): PlacedContainer[] {
  return described.flatMap(({ repository, containers }) => {
    const { guid, name, networkId, services } = repository;
    const placed = containers.map((container): PlacedContainer => {
      const address = services.find((service) => service.name === container.service)?.address;
      const place = { repository: { guid, name }, ...(address === undefined ? {} : { address }) };
      return { networkId, container: { ...container, ...place } };
    });
    return placed.sort((a, b) => (a.container.name < b.container.name ? -1 : 1));
  });
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
export async function measureContainers(described: readonly Described[]): Promise<MachineContainer[]> {
  const placed = placedContainers(described);
  const measure = createUsageMeter();
  measure(placed);
  if (placed.length > 0) await new Promise((resolve) => setTimeout(resolve, MEASURE_MILLISECONDS));
  return measure(placed);
}
