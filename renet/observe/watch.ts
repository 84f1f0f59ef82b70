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
import type { StreamSink } from './streams.ts';

/** The milliseconds between two readings of the machine's figures. */
const LOOK_EVERY = 2_000;
/**
 * The number of readings of figures after which everything is read again: some of it cannot be watched, such as how
 * full a volume is.
 */
const LOOKS_UNTIL_ALL = 30;

const OPERATIONS_READ = 200;
const OPERATIONS_SENT = 50;

type Parts = Omit<WatchState, 'at'>;

/**
 * Pushes the state of the machine into a stream: first everything, then the parts that changed, until the stream is
 * closed. A state is made only when the reader can take it, so a slow reader gets the newest state and never a queue.
 */
export async function pushMachineState(machine: MachineDependencies, sink: StreamSink): Promise<'closed'> {
  const due = { look: true, all: true };
  const waker = createWaker(sink.signal);
  const mark = (part: keyof typeof due): void => {
    due[part] = true;
    waker.wake();
  };
  const changes = watchChanges(machine.paths, () => mark('all'));
  const timer = setInterval(() => mark('look'), LOOK_EVERY);
  const inventory = createInventory(machine);
  const numbers = createNumbers(machine.paths.datastore);
  const sent = new Map<string, string>();
  let looks = 0;
  try {
    while (!sink.signal.aborted) {
      await sink.state(async () => {
        const parts: Parts = {};
        if (due.look) {
          due.look = false;
          looks += 1;
          if (looks % LOOKS_UNTIL_ALL === 0 || inventory.isCalmer()) due.all = true;
          await changes.look();
          parts.metrics = numbers();
        }
        const readAll = due.all && inventory.isRested();
        if (readAll) {
          due.all = false;
          Object.assign(parts, await inventory.read());
          due.all ||= inventory.isStale();
          changes.follow(inventory.repositories(), inventory.operations());
        }
        if (parts.metrics !== undefined || readAll) parts.containers = inventory.containers();
        return changedParts(parts, sent);
      });
      await waker.next(due.look || due.all, due.look ? 0 : inventory.restLeft());
    }
  } finally {
    clearInterval(timer);
    changes.close();
  }
  return 'closed';
}

/**
 * Returns the parts that differ from those sent last, as a state, and notes them as sent; undefined when none differs.
 */
function changedParts(parts: Parts, sent: Map<string, string>): WatchState | undefined {
  const changed = Object.entries(parts).filter(([name, value]) => {
    const text = JSON.stringify(value);
    if (sent.get(name) === text) return false;
    sent.set(name, text);
    return true;
  });
  return changed.length === 0 ? undefined : { at: Date.now(), ...Object.fromEntries(changed) };
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
