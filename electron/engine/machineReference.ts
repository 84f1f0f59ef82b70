import type { Context, Machine } from '../../shared/model.ts';

/** A machine with the data of its context that reaching it needs. The engine's callers name machines by it. */
export interface MachineReference {
  /** The name of the context. */
  readonly context: string;
  readonly machine: Machine;
  /** The absolute path of the context's SSH private key. */
  readonly sshKey: string;
}

/** Returns the name that stands for a machine in files and in memory. Names hold no `/` (NAME_PATTERN). */
export function machineLabel({ context, machine }: MachineReference): string {
  return `${context}/${machine.name}`;
}

/** Returns a text of all that has to be the same for two callers to share a connection. */
export function connectionIdentity({ context, machine, sshKey }: MachineReference): string {
  const { host, port, user, datastore } = machine;
  return JSON.stringify([context, host, port, user, datastore, sshKey]);
}

/** Returns the machines of a context, in its order. */
export function machinesOf({ name, sshKey, machines }: Context): MachineReference[] {
  return machines.map((machine) => ({ context: name, machine, sshKey }));
}
