import type { RepositoryState } from '../../shared/model.ts';

/** What the machine can see of a repository, and how its last `up` ended. */
export interface StateFacts {
  /** Its volume or its metadata cannot be read. */
  damaged: boolean;
  /** An operation holds it. */
  busy: boolean;
  mounted: boolean;
  daemon: boolean;
  /** `state` and `health` in the Engine API's words; `service`: the compose service it belongs to. */
  containers: readonly {
    state: string;
    health: string;
    service?: string | undefined;
    exitCode?: number | undefined;
  }[];
  /** `present`: in a compose file now, and so expected to run. */
  services: readonly { name: string; present: boolean }[];
  /** How the last up ended, unless a down came after it. */
  lastUp?: 'succeeded' | 'warnings' | 'failed' | 'cancelled' | 'lost' | undefined;
}

type Container = StateFacts['containers'][number];

/**
 * Returns the state people are shown. `running`, the only green one, is given only when every present service has a
 * running container and nothing is unhealthy, restarting, dead or paused. A health check that has not answered yet
 * ("starting") counts as running: amber on every start would teach people to look past amber.
 */
export function repositoryState(facts: StateFacts): RepositoryState {
  if (facts.damaged) return 'damaged';
  if (facts.busy) return 'busy';
  if (!facts.mounted) return 'closed';
  if (!facts.daemon) return 'mounted';
  const troubled = facts.containers.some(isTroubled);
  if (!facts.containers.some(isUp)) return idleState(facts, troubled);
  const expected = facts.services.filter((service) => service.present);
  const complete = expected.every(({ name }) =>
    facts.containers.some((one) => one.service === name && isUp(one)),
  );
  return complete && !troubled ? 'running' : 'degraded';
}

/** Tells why nothing runs: on purpose, after a failed start, or because all of it fell over. */
function idleState({ containers, lastUp }: StateFacts, troubled: boolean): RepositoryState {
  // A lost up is one that never came to its end: as little to be trusted as a failed one.
  if (lastUp === 'failed' || lastUp === 'lost') return 'failed';
  return troubled || containers.some(hasCrashed) ? 'degraded' : 'daemon-up';
}

/**
 * Returns how many services run, the n of "running n/m": present services with a running container that is not
 * unhealthy; containers where no compose file names a service.
 */
export function countRunning(facts: StateFacts): number {
  if (!facts.mounted || !facts.daemon) return 0;
  const up = facts.containers.filter((container) => isUp(container) && !isTroubled(container));
  const expected = facts.services.filter((service) => service.present);
  if (expected.length === 0) return up.length;
  return expected.filter(({ name }) => up.some((container) => container.service === name)).length;
}

function isUp({ state }: Container): boolean {
  return state === 'running';
}

function isTroubled({ state, health }: Container): boolean {
  return health === 'unhealthy' || ['restarting', 'dead', 'paused'].includes(state);
}

/** Tells whether a container ended by itself with an error; 137 and 143 are how `docker stop` ends one. */
function hasCrashed({ state, exitCode = 0 }: Container): boolean {
  return state === 'exited' && ![0, 137, 143].includes(exitCode);
}
