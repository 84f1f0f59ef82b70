import type { MachineState, OperationEntry } from '../../shared/api/apiModel.ts';
import { mergeNewestFirst } from '../../shared/operationOrder.ts';

/** The number of machines in each state of the connection. */
interface ConnectionCounts {
  readonly connected: number;
  readonly connecting: number;
  /** Offline machines that are tried again automatically; `retryAt`: the next of these tries. */
  readonly retrying: { readonly count: number; readonly retryAt: number } | undefined;
  /** Offline machines that stay so until a person does something. */
  readonly offline: number;
}

/** Counts the machines by the state of their connection. */
export function countConnections(machines: readonly Pick<MachineState, 'connection'>[]): ConnectionCounts {
  const connections = machines.map(({ connection }) => connection);
  const tries = connections.flatMap(({ state, retryAt }) =>
    state === 'offline' && retryAt !== undefined ? [retryAt] : [],
  );
  const count = (wanted: string): number => connections.filter(({ state }) => state === wanted).length;
  return {
    connected: count('connected'),
    connecting: count('connecting'),
    retrying: tries.length === 0 ? undefined : { count: tries.length, retryAt: Math.min(...tries) },
    offline: count('offline') - tries.length,
  };
}

/** Returns the operations that the machines report, newest first. */
export function toldOperations(machines: readonly MachineState[]): readonly OperationEntry[] {
  const told = machines.map(({ machine: { context, name }, operations = [] }) =>
    operations.map(({ repository, ...one }) => ({
      ...one,
      machine: { context, name },
      repository: repository.name,
      guid: repository.guid,
    })),
  );
  return mergeNewestFirst(told);
}
