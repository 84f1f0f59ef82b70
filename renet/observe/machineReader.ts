import { firstQuietAt } from '../../shared/crashLoop.ts';
import type { OperationSummary } from '../../shared/model.ts';
import type { Metrics, WatchState } from '../../shared/protocol/observation.ts';
import { describeAll } from './inventory.ts';
import { watchChanges } from './machineChanges.ts';
import { createUsageMeter, placedContainers } from './machineContainers.ts';
import type { PlacedContainer } from './machineContainers.ts';
import { lookAtMachine, metricsOf } from './metrics.ts';
import type { Look } from './metrics.ts';
import { MOST_FAILURES, restAfter } from './rest.ts';
import { surveyOperations } from '../operation/knownOperations.ts';
import type { MachineDependencies } from '../machineDependencies.ts';

/**
 * The milliseconds between two readings of the machine's figures, and those after which everything is read again: some of
 * it cannot be watched, such as how full a volume is.
 */
export interface Pace {
  readonly figures: number;
  readonly all: number;
}

const OPERATIONS_READ = 200;
const OPERATIONS_SENT = 50;

export type Parts = Omit<WatchState, 'at'>;

/** How a machine is read, and by whom what was read is taken. */
interface Reading {
  readonly publish: (parts: Parts) => void;
  /** Returns the pace of now. */
  readonly pace: () => Pace;
  /** Called with a function that reads the figures now, and then at the pace of now. */
  readonly onBegin: (hurry: () => void) => void;
  readonly stop: AbortSignal;
}

/**
 * Reads the state of the machine until `stop`: everything at first, then what may have changed, and hands each reading to
 * `publish`. Rejects when readings fail for seconds.
 */
export async function readMachine(
  machine: MachineDependencies,
  { publish, pace, onBegin, stop }: Reading,
): Promise<void> {
  const due = { look: true, all: true };
  const dueParts = (): Readonly<typeof due> => due;
  const waker = createWaker(stop);
  const mark = (part: keyof typeof due): void => {
    due[part] = true;
    waker.wake();
  };
  const changes = watchChanges(machine.paths, () => mark('all'));
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    clearTimeout(timer);
    mark('look');
    timer = setTimeout(tick, pace().figures);
  };
  tick();
  onBegin(tick);
  const inventory = createInventory(machine);
  const numbers = createNumbers(machine.paths.datastore);
  let allAt = performance.now();
  try {
    while (!stop.aborted) {
      const parts: Parts = {};
      if (due.look) {
        due.look = false;
        if (performance.now() - allAt >= pace().all || inventory.isCalmer()) due.all = true;
        await changes.look();
        parts.metrics = numbers();
      }
      const readAll = due.all && inventory.isRested();
      if (readAll) {
        due.all = false;
        allAt = performance.now();
        Object.assign(parts, await inventory.read());
        due.all ||= inventory.isStale();
        changes.follow(inventory.repositories(), inventory.operations());
      }
      if (parts.metrics !== undefined || readAll) parts.containers = inventory.containers();
      publish(parts);
      // More may have become due while all this was read.
      const now = dueParts();
      await waker.next(now.look || now.all, now.look ? 0 : inventory.restLeft());
    }
  } finally {
    clearTimeout(timer);
    changes.close();
  }
}

/** Makes the reader of repositories, operations and containers, which are read together and not too often. */
function createInventory(machine: MachineDependencies) {
  const ended = new Map<string, OperationSummary>();
  const measure = createUsageMeter();
  let parts: Pick<WatchState, 'repositories' | 'operations' | 'unreadable'> = {};
  let placed: PlacedContainer[] = [];
  let restedAt = 0;
  let failures = 0;
  const restLeft = (): number => Math.max(0, restedAt - performance.now());
  return {
    read: async (): Promise<Parts> => {
      const begun = performance.now();
      try {
        const listed = await surveyOperations(machine.paths, { limit: OPERATIONS_READ }, ended);
        const { operations, unreadable } = listed;
        const described = await describeAll(machine, operations);
        const repositories = described.map(({ repository }) => repository);
        placed = placedContainers(described);
        const sent = operations.filter(({ state }, index) => index < OPERATIONS_SENT || state === 'running');
        parts = { repositories, operations: sent, unreadable: unreadable.slice(0, OPERATIONS_SENT) };
        failures = 0;
        return parts;
      } catch (error) {
        // A daemon or a volume that goes while it is read is no fault; if readings fail for seconds, there is one.
        failures += 1;
        if (failures > MOST_FAILURES) throw error;
        return {};
      } finally {
        restedAt = performance.now() + restAfter(performance.now() - begun, failures);
      }
    },
    /** Tells whether the last reading failed. */
    isStale: () => failures > 0,
    /** Tells whether the pause after the last reading is over. */
    isRested: () => restLeft() === 0,
    restLeft,
    repositories: () => parts.repositories ?? [],
    operations: () => parts.operations ?? [],
    containers: () => measure(placed),
    /** Tells whether a container that was in a crash loop has run long enough by now; no event of Docker's says so. */
    isCalmer: () => Date.now() >= (firstQuietAt(placed.map(({ container }) => container)) ?? Infinity),
  };
}

/** Makes a function that returns the machine's metrics since its last call. */
function createNumbers(datastore: string): () => Metrics {
  let before: Look | undefined;
  return () => {
    const look = lookAtMachine(datastore);
    const metrics = metricsOf(look, before);
    before = look;
    return metrics;
  };
}

/** Makes a sleeper that can be woken. */
function createWaker(signal: AbortSignal) {
  let wake: () => void = () => undefined;
  signal.addEventListener('abort', () => wake());
  return {
    wake: () => wake(),
    /** Waits to be woken; when `isDue`, for `milliseconds` at most. */
    next: (isDue: boolean, milliseconds: number): Promise<void> =>
      new Promise((resolve) => {
        const timer = isDue ? setTimeout(resolve, milliseconds) : undefined;
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
        if (signal.aborted) wake();
      }),
  };
}
