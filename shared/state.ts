import type { Container, RepositoryState, Verdict } from './model.ts';

/** What a repository's state is decided from. */
export interface StateFacts {
  damaged: boolean;
  busy: boolean;
  mounted: boolean;
  daemon: boolean;
  containers: readonly Pick<Container, 'state' | 'health' | 'service'>[];
  services: readonly { name: string; present: boolean }[];
  /** How the last `up` ended, if there was one. */
  lastUp: Verdict['kind'] | undefined;
}

/** Services of the compose files that run. */
export function countRunning(facts: StateFacts): number {
  return facts.services.filter((service) => service.present && isRunning(service.name, facts)).length;
}

function isRunning(service: string, facts: StateFacts): boolean {
  return facts.containers.some((container) => container.service === service && container.state === 'running');
}

/**
 * The state people see. Damaged and busy come before all; green ("running") only when every service of the compose
 * files runs and nothing is unhealthy or restarting. A health check that has not answered yet counts as running.
 */
export function repositoryState(facts: StateFacts): RepositoryState {
  if (facts.damaged) return 'damaged';
  if (facts.busy) return 'busy';
  if (!facts.mounted) return 'closed';
  if (!facts.daemon) return 'mounted';
  const sick = facts.containers.some(
    ({ state, health }) => health === 'unhealthy' || state === 'restarting' || state === 'dead',
  );
  const anyRuns = facts.containers.some(({ state }) => state === 'running');
  if (sick) return 'degraded';
  if (!anyRuns) return facts.lastUp === 'failed' ? 'failed' : 'daemon-up';
  const present = facts.services.filter((service) => service.present);
  return present.every((service) => isRunning(service.name, facts)) ? 'running' : 'degraded';
}
