import type { RunCommand } from './host.ts';
import type { MachineDependencies } from './machineDependencies.ts';
import type { Detach } from './operation/start/launch.ts';

/** The dependencies of the agent: the machine, and the account that called. */
export interface Agent {
  machine: MachineDependencies;
  run: RunCommand;
  detach: Detach;
  /** The words that start this program again, for the detached process. */
  program: readonly string[];
  /** The account on this machine that connected; it owns what a create makes. */
  account: { name: string; uid: number; gid: number };
}
