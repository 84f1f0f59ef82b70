import { METRICS_KEPT } from '../../shared/api/apiModel.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WatchState } from '../../shared/protocol/observation.ts';
import type { Clock } from '../engine/clock.ts';
import type { Engine, MachineReference, WatchConnection } from '../engine/engine.ts';
import type { Projection } from './projection.ts';

/** Keeps the projection of one machine up to date for as long as it is shown. */
export interface MachineWatch {
  /**
   * A person, or a set-up, may have mended what was in the way: what had ended begins anew, and what the machine tells
   * only once a connection is read again.
   */
  renew(): void;
  stop(): void;
}

interface WatchDependencies {
  readonly engine: Pick<Engine, 'watch' | 'request' | 'lastSeen'>;
  readonly clock: Clock;
  readonly projection: Projection;
}

/** Watches a machine: what it pushes, and what becomes of the connection, goes into the projection. */
export function watchMachine(
  { engine, clock, projection }: WatchDependencies,
  machine: MachineReference,
): MachineWatch {
  const key = { context: machine.context, name: machine.machine.name };
  const stopped = new AbortController();
  let watching = false;

  const readInfo = async (): Promise<void> => {
    const info = await engine.request(machine, 'machine.info', {});
    if (!stopped.signal.aborted) projection.update(key, { info });
  };
  const readLastSeen = async (): Promise<void> => {
    const lastSeen = await engine.lastSeen(machine);
    if (lastSeen !== undefined && !stopped.signal.aborted) projection.update(key, { lastSeen });
  };
  const isConnected = (): boolean => projection.get(key)?.connection.state === 'connected';

  const onConnection = (connection: WatchConnection): void => {
    const wasConnected = isConnected();
    const { error, ...rest } = connection;
    projection.update(key, { connection: { ...rest, ...(error && { error: toWire(error) }) } });
    // What cannot be told is told by the connection's own error, or is not known.
    if (isConnected() && !wasConnected) readInfo().catch(() => undefined);
    if (!isConnected()) readLastSeen().catch(() => undefined);
  };

  const begin = (): void => {
    watching = true;
    engine
      .watch(
        machine,
        {
          onState: (state) => projection.update(key, changeOf(state, projection.get(key), clock)),
          onConnection,
        },
        stopped.signal,
      )
      // The connection's last state has told why.
      .catch(() => undefined)
      .finally(() => {
        watching = false;
      });
  };

  begin();
  return {
    renew: () => {
      if (!watching) begin();
      else if (isConnected()) readInfo().catch(() => undefined);
    },
    stop: () => stopped.abort(),
  };
}

/**
 * Returns what a pushed state changes. Its times come to this computer's clock by their distance from the state's own.
 */
function changeOf(
  { at, metrics, repositories, containers, operations }: WatchState,
  known: MachineState | undefined,
  clock: Clock,
): Partial<MachineState> {
  const ahead = at - clock.now();
  return {
    ...(metrics && {
      metrics: [...(known?.metrics ?? []), { ...metrics, at: metrics.at - ahead }].slice(-METRICS_KEPT),
    }),
    ...(repositories && { repositories }),
    ...(containers && { containers }),
    ...(operations && { operations }),
  };
}
