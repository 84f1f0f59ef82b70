import { METRICS_KEPT } from '../../shared/api/apiModel.ts';
import type { MachineState } from '../../shared/api/apiModel.ts';
import { toWire } from '../../shared/errors.ts';
import type { WatchState } from '../../shared/protocol/observation.ts';
import type { Clock } from '../engine/clock.ts';
import type { Engine, MachineReference, WatchConnection } from '../engine/engine.ts';
import { createMachineJournal } from './machineJournal.ts';
import type { JournalDependencies, MachineJournal } from './machineJournal.ts';
import type { Projection } from './projection.ts';

/** Keeps the projection of one machine up to date for as long as it is shown. */
export interface MachineWatch {
  /**
   * Watches again if watching had ended, and reads again what a machine tells only once a connection: a person, or a
   * set-up, may have removed the cause.
   */
  renew(): void;
  /** The machine's journal, which is followed while the machine is connected. */
  readonly journal: Pick<MachineJournal, 'read' | 'dismiss'>;
  /** Stops watching for good. */
  stop(): void;
}

interface WatchDependencies extends JournalDependencies {
  readonly engine: Pick<Engine, 'watch' | 'request' | 'lastSeen' | 'events'>;
  readonly clock: Clock;
  readonly projection: Projection;
}

/** Watches a machine, and keeps what it pushes and the state of its connection in the projection. */
export function watchIntoProjection(
  dependencies: WatchDependencies,
  machine: MachineReference,
): MachineWatch {
  const { engine, clock, projection } = dependencies;
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
  const journal = createMachineJournal(dependencies, machine, (news) => {
    if (!stopped.signal.aborted) projection.update(key, { journal: news });
  });
  const isConnected = (): boolean => projection.get(key)?.connection.state === 'connected';

  const onConnection = (connection: WatchConnection): void => {
    const wasConnected = isConnected();
    const { error, ...rest } = connection;
    projection.update(key, { connection: { ...rest, ...(error && { error: toWire(error) }) } });
    // These reads may fail: the cause then shows as the connection's own error, or the value stays unknown.
    if (isConnected() && !wasConnected) readInfo().catch(() => undefined);
    if (isConnected()) journal.connected();
    else journal.lost();
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
      // The last state of the connection has the reason.
      .catch(() => undefined)
      .finally(() => {
        watching = false;
      });
  };

  begin();
  return {
    renew: () => {
      if (!watching) begin();
      else if (isConnected()) {
        readInfo().catch(() => undefined);
        journal.connected();
      }
    },
    journal,
    stop: () => {
      stopped.abort();
      journal.lost();
    },
  };
}

/**
 * Returns the fields that a pushed state changes. Times by the machine's clock are moved to this computer's clock, by
 * the difference between the two clocks at the state's own time.
 */
function changeOf(
  { at, metrics, repositories, containers, operations, unreadable, clockAhead }: WatchState,
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
    ...(unreadable && { unreadable }),
    ...(known?.info !== undefined &&
      clockAhead !== undefined &&
      clockAhead !== known.info.clockAhead && { info: { ...known.info, clockAhead } }),
  };
}
