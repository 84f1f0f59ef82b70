import type { MachineState } from '../../shared/apiModel.ts';
import { toAppError, toWire } from '../../shared/errors.ts';
import type { Clock } from '../engine/clock.ts';
import type { Engine, MachineReference } from '../engine/engine.ts';
import { isConnectionProblem } from '../engine/follow.ts';
import { backOff } from '../engine/pause.ts';
import type { Projection } from './projection.ts';

/** Milliseconds between two looks at a machine. */
const LOOK_EVERY = 3_000;
/** Operations that the projection shows of a machine. */
const OPERATIONS_SHOWN = 50;

/** Looks at one machine for as long as it is shown. */
export interface MachineWatch {
  /** Looks now: something was started, or a person does not want to wait for the countdown. */
  look(): void;
  stop(): void;
}

/** Keeps the projection of a machine up to date, and its connection tried, until it is stopped. */
export function watchMachine(
  { engine, clock, projection }: { engine: Engine; clock: Clock; projection: Projection },
  machine: MachineReference,
): MachineWatch {
  const key = { context: machine.context, name: machine.machine.name };
  let stopped = false;
  let looking = false;
  let again = false;
  let failures = 0;
  let cancelTimer = (): void => undefined;

  const connection = (change: Omit<MachineState['connection'], 'since'>): void => {
    const known = projection.get(key)?.connection;
    const since = known?.state === change.state ? known.since : clock.now();
    projection.update(key, { connection: { ...change, since } });
  };

  const onFailure = (thrown: unknown): void => {
    const error = toWire(toAppError(thrown));
    if (!isConnectionProblem(thrown)) {
      // Only a person can mend it: a key that was refused is not offered again and again.
      connection({ state: 'offline', error });
      return;
    }
    const delay = backOff(failures++);
    connection({ state: 'offline', error, retryAt: clock.now() + delay });
    cancelTimer = clock.after(delay, look);
  };

  const onSuccess = (): void => {
    failures = 0;
    connection({ state: 'connected' });
    cancelTimer = clock.after(LOOK_EVERY, look);
  };

  function look(): void {
    if (stopped) return;
    again = looking;
    if (looking) return;
    looking = true;
    cancelTimer();
    if (projection.get(key)?.connection.state !== 'connected') connection({ state: 'connecting' });
    void readMachine(engine, machine)
      .then((change) => {
        if (stopped) return;
        projection.update(key, { ...change, lastSeen: clock.now() });
        onSuccess();
      })
      .catch((error: unknown) => {
        if (!stopped) onFailure(error);
      })
      .finally(() => {
        looking = false;
        if (again) look();
      });
  }

  look();
  return {
    look,
    stop: () => {
      stopped = true;
      cancelTimer();
    },
  };
}

async function readMachine(engine: Engine, machine: MachineReference): Promise<Partial<MachineState>> {
  const [info, repositories, operations] = await Promise.all([
    engine.request(machine, 'machine.info', {}),
    engine.request(machine, 'repository.list', {}),
    engine.request(machine, 'operation.list', { limit: OPERATIONS_SHOWN }),
  ]);
  const containers = repositories.flatMap(({ guid, name, services }) =>
    services.flatMap((service) => service.containers.map((one) => ({ ...one, repository: { guid, name } }))),
  );
  return { info, repositories, operations, containers };
}
