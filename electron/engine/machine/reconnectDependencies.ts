import type { Clock } from '../clock.ts';
import type { Pause } from '../pause.ts';
import type { Connections } from './connections.ts';

/** The dependencies of work that goes on across lost connections: the connections, and the wait for the next try. */
export interface ReconnectDependencies {
  readonly connections: Connections;
  readonly pause: Pause;
  readonly clock: Clock;
}
