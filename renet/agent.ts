import type { RunCommand } from './host.ts';
import type { MachineDependencies } from './machineDependencies.ts';
import type { MachineWatch } from './observe/watch.ts';
import type { Detach } from './operation/start/launch.ts';

/** The dependencies of the agent: the machine, and the account that called. */
export interface Agent {
  machine: MachineDependencies;
  run: RunCommand;
  watch: MachineWatch;
  detach: Detach;
  /** The words that start this program again, for the detached process. */
  program: readonly string[];
  /** The account on this machine that connected; it owns what a create makes. */
  account: Account;
  /** True for the agent that serves all connections, false for one that a connection has started for itself. */
  isResident: boolean;
}

/** An account of the machine. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}
