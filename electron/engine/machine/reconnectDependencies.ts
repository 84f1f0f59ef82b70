import type { Clock } from '../clock.ts';
import type { Pause } from '../pause.ts';
import type { Connections } from './connections.ts';

/** What goes on over lost connections needs: the connections, and how to wait for the next one. */
export interface ReconnectDependencies {
  readonly connections: Connections;
  readonly pause: Pause;
  readonly clock: Clock;
}
