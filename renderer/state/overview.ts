import type { MachineState, OperationEntry } from '../../shared/api/apiModel.ts';

/** How many machines there are in each state of the connection. */
interface ConnectionCounts {
  readonly connected: number;
  readonly connecting: number;
  /** Offline, and tried again by itself; `retryAt`: the next of these tries. */
  readonly retrying: { readonly count: number; readonly retryAt: number } | undefined;
  /** Offline until a person does something. */
  readonly offline: number;
}

/** The connections of the machines, counted. */
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

/** The operations that the machines tell of, newest first. */
export function toldOperations(machines: readonly MachineState[]): readonly OperationEntry[] {
  return machines
    .flatMap(({ machine: { context, name }, operations = [] }) =>
      operations.map(({ repository, ...one }) => ({
        ...one,
        machine: { context, name },
        repository: repository.name,
        guid: repository.guid,
      })),
    )
    .sort((a, b) => b.startedAt - a.startedAt);
}
