import type { Container, Service } from '../../shared/model.ts';

/**
 * The state of a service in one word. Only `healthy` and `running` are good. `left`: it still runs, although no compose
 * file has it any more.
 */
export type ServiceState =
  | 'healthy'
  | 'running'
  | 'starting'
  | 'unhealthy'
  | 'crash-loop'
  | 'left'
  | 'restarting'
  | 'paused'
  | 'exited'
  | 'stopped'
  | 'gone'
  | 'unknown';

/** The states, worst first: a service is as well as the worst of its containers. */
const ORDER: readonly ServiceState[] = [
  'crash-loop',
  'unhealthy',
  'restarting',
  'unknown',
  'exited',
  'paused',
  'left',
  'starting',
  'stopped',
  'running',
  'healthy',
];

/**
 * Returns the state of a service, judged by its containers. A word of the Engine API that is not known gives `unknown`,
 * never a good state.
 */
export function serviceState({ present, containers }: Service): ServiceState {
  if (containers.length === 0) return present ? 'stopped' : 'gone';
  const states = new Set(containers.map(containerState));
  return ORDER.find((state) => states.has(state)) ?? 'unknown';
}

/** Returns the state of a container. */
export function containerState({ state, health, status, crashLoop, orphan }: Container): ServiceState {
  if (crashLoop !== undefined) return 'crash-loop';
  if (orphan === true && state === 'running' && health !== 'unhealthy') return 'left';
  switch (state) {
    case 'running':
      return runningState(health);
    case 'created':
      return 'starting';
    case 'restarting':
      return 'restarting';
    case 'paused':
      return 'paused';
    case 'exited':
      return /^Exited \((?:0|137|143)\)/.test(status) ? 'stopped' : 'exited';
    case 'removing':
      return 'stopped';
    case 'dead':
      return 'exited';
    default:
      return 'unknown';
  }
}

function runningState(health: Container['health']): ServiceState {
  switch (health) {
    case 'healthy':
      return 'healthy';
    case 'unhealthy':
      return 'unhealthy';
    case 'starting':
      return 'starting';
    case 'none':
      return 'running';
  }
}
