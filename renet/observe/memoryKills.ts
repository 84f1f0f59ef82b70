import type { MemoryKills } from '../../shared/journal/observation.ts';
import { memoryKills } from './usage.ts';

/** The repositories and containers of which the killed processes are counted. */
interface Counted {
  repositories: readonly { guid: string; networkId: number; daemon: boolean }[];
  containers: readonly { id: string; repository: { guid: string } }[];
}

/** The milliseconds after a change in which the containers are counted too: it is told once it is known whose it was. */
const CHANGED_MILLISECONDS = 30_000;

/**
 * Makes a function that counts the processes which the kernel has killed for want of memory. Of a repository it reads one
 * file, and those of its containers only after that one has changed.
 */
export function createMemoryKillCounter(
  count = memoryKills,
  steady = () => performance.now(),
): (counted: Counted) => MemoryKills[] {
  const before = new Map<string, { kills: number; changedAt: number }>();
  return ({ repositories, containers }) =>
    repositories.flatMap(({ guid, networkId, daemon }) => {
      const kills = daemon ? count(networkId) : undefined;
      if (kills === undefined) return [];
      const now = steady();
      const known = before.get(guid);
      const changedAt = known?.kills === kills ? known.changedAt : now;
      before.set(guid, { kills, changedAt });
      if (now - changedAt > CHANGED_MILLISECONDS) return [{ guid, kills }];
      const own = containers.filter(({ repository }) => repository.guid === guid);
      const counts = own.flatMap(({ id }) => {
        const killed = count(networkId, id);
        return killed === undefined ? [] : [[id, killed] as const];
      });
      return [{ guid, kills, containers: Object.fromEntries(counts) }];
    });
}
