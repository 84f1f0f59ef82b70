import type { Context, Machine } from '../../shared/model.ts';

/** A machine together with what its context adds: how the engine's callers name a machine. */
export interface MachineReference {
  /** The context's name. */
  readonly context: string;
  readonly machine: Machine;
  /** Absolute path of the context's SSH private key. */
  readonly sshKey: string;
}

/** Returns the name of a machine in files and memory; names hold no `/` (NAME_PATTERN). */
export function machineLabel({ context, machine }: MachineReference): string {
  return `${context}/${machine.name}`;
}

/** Returns all that has to be the same for two callers to share a connection. */
export function connectionIdentity({ context, machine, sshKey }: MachineReference): string {
  const { host, port, user, datastore } = machine;
  return JSON.stringify([context, host, port, user, datastore, sshKey]);
}

/** Returns the machines of a context, in its order. */
export function machinesOf({ name, sshKey, machines }: Context): MachineReference[] {
  return machines.map((machine) => ({ context: name, machine, sshKey }));
}
