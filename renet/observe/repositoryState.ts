import type { RepositoryState } from '../../shared/model.ts';

/** The facts that a repository's state is made from. */
export interface StateFacts {
  /** Whether the volume or the metadata cannot be read. */
  damaged: boolean;
  /** Whether an operation holds the repository. */
  busy: boolean;
  mounted: boolean;
  daemon: boolean;
  /**
   * The containers. `state` and `health` are the Engine API's words; `service` is the compose service it belongs to.
   */
  containers: readonly {
    state: string;
    health: string;
    service?: string | undefined;
    exitCode?: number | undefined;
    /** Present while it is in a crash loop. */
    crashLoop?: object | undefined;
    /** True for one that is alive although no compose file names its service any more. */
    orphan?: boolean | undefined;
  }[];
  /** The services. `present`: a compose file has it now, so it is expected to run. */
  services: readonly { name: string; present: boolean }[];
  /** The end of the last up, unless a down came after it. */
  lastUp?: 'succeeded' | 'warnings' | 'failed' | 'cancelled' | 'lost' | undefined;
}

type Container = StateFacts['containers'][number];

/**
 * Returns the state that people are shown. `running`, the only green one, needs a running container for every present
 * service, and no container that is unhealthy, in a crash loop, restarting, dead or paused. A health check that has not
 * answered yet ("starting") counts as running: if every start were amber, people would learn to overlook amber.
 */
export function repositoryState(facts: StateFacts): RepositoryState {
  if (facts.damaged) return 'damaged';
  if (facts.busy) return 'busy';
  if (!facts.mounted) return 'closed';
  if (!facts.daemon) return 'mounted';
  const troubled = facts.containers.some(isTroubled);
  if (!facts.containers.some(isUp)) return idleState(facts, troubled);
  const expected = facts.services.filter((service) => service.present);
  const complete =
    hasWanted(facts) &&
    expected.every(({ name }) => facts.containers.some((one) => one.service === name && isUp(one)));
  return complete && !troubled ? 'running' : 'degraded';
}

/** Tells whether something runs that should: what a service has left behind makes no repository run. */
function hasWanted({ containers }: StateFacts): boolean {
  return containers.some((container) => isUp(container) && container.orphan !== true);
}

/** Returns the state when nothing runs: on purpose, after a failed start, or because all containers crashed. */
function idleState({ containers, lastUp }: StateFacts, troubled: boolean): RepositoryState {
  // A lost up never came to its end, so it counts as a failed one.
  if (lastUp === 'failed' || lastUp === 'lost') return 'failed';
  return troubled || containers.some(hasCrashed) ? 'degraded' : 'daemon-up';
}

/**
 * Returns how many services run, the n of "running n/m": the present services with a running container that is
 * neither unhealthy nor in a crash loop. Where no compose file names a service, such containers are counted instead,
 * except those that should be gone.
 */
export function countRunning(facts: StateFacts): number {
  if (!facts.mounted || !facts.daemon) return 0;
  const up = facts.containers.filter((container) => isUp(container) && !isTroubled(container));
  const expected = facts.services.filter((service) => service.present);
  if (expected.length === 0) return up.filter(({ orphan }) => orphan !== true).length;
  return expected.filter(({ name }) => up.some((container) => container.service === name)).length;
}

function isUp({ state }: Container): boolean {
  return state === 'running';
}

function isTroubled({ state, health, crashLoop }: Container): boolean {
  if (health === 'unhealthy' || crashLoop !== undefined) return true;
  return ['restarting', 'dead', 'paused'].includes(state);
}

/** Tells whether a container ended by itself with an error; 137 and 143 are the exit codes after `docker stop`. */
function hasCrashed({ state, exitCode = 0 }: Container): boolean {
  return state === 'exited' && ![0, 137, 143].includes(exitCode);
}
