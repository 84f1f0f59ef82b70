import type { RunCommand } from './host.ts';
import type { MachineDependencies } from './machineDependencies.ts';
import type { Detach } from './operation/start/launch.ts';

/** What the agent's verbs work with, and for whom. */
export interface Agent {
  machine: MachineDependencies;
  run: RunCommand;
  detach: Detach;
  /** The words that start this program again (for the detached process). */
  program: readonly string[];
  /** The account on this machine that connected: owner of what create makes. */
  account: { name: string; uid: number; gid: number };
}
