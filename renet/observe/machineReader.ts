import { firstQuietAt } from '../../shared/crashLoop.ts';
import type { OperationSummary } from '../../shared/model.ts';
import type { Metrics, WatchState } from '../../shared/protocol/observation.ts';
import { describeAll } from './inventory.ts';
import type { Described } from './inventory.ts';
import { watchChanges } from './machineChanges.ts';
import { createUsageMeter, placedContainers } from './machineContainers.ts';
import type { PlacedContainer } from './machineContainers.ts';
import { lookAtMachine, metricsOf } from './metrics.ts';
import type { Look } from './metrics.ts';
import { MOST_FAILURES, restAfter } from './rest.ts';
import { surveyOperations } from '../operation/knownOperations.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { askSpace, isSilence, onceEach, steadily, whileItAnswers } from '../silence.ts';

/** How a machine is read. */
export interface Pace {
  /** The milliseconds between two readings of the machine's figures. */
  readonly figures: number;
  /** True while people watch: what each container uses is read with the figures too, and not only when everything is. */
  readonly isWatched: boolean;
}

/** The milliseconds after which everything is read again: some of it cannot be watched, such as how full a volume is. */
const ALL_MILLISECONDS = 120_000;
/** The least milliseconds between two readings of what all containers use, for each of them: each costs as much. */
const USAGE_MILLISECONDS_EACH = 90;

/** The time in which the datastore has to tell its space. */
const SPACE_MILLISECONDS = 1_000;

const OPERATIONS_READ = 200;
const OPERATIONS_SENT = 50;

export type Parts = Omit<WatchState, 'at'>;

/** How a machine is read, and by whom what was read is taken. */
interface Reading {
  readonly readAll: ReadAll;
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
  { readAll, publish, pace, onBegin, stop }: Reading,
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
  const inventory = createInventory(machine, readAll, () => pace().isWatched);
  const numbers = createNumbers(machine.paths.datastore);
  let allAt = performance.now();
  try {
    while (!stop.aborted) {
      const parts: Parts = {};
      if (due.look) {
        due.look = false;
        if (performance.now() - allAt >= ALL_MILLISECONDS || inventory.isCalmer()) due.all = true;
        await changes.look();
        const metrics = await numbers();
        if (metrics !== undefined) parts.metrics = metrics;
      }
      const isAllDue = due.all && inventory.isRested();
      if (isAllDue) {
        due.all = false;
        allAt = performance.now();
        Object.assign(parts, await inventory.read());
        due.all ||= inventory.isStale();
        changes.follow(inventory.repositories(), inventory.operations());
      }
      if (isAllDue || (parts.metrics !== undefined && inventory.isUsageDue()))
        parts.containers = inventory.containers();
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

/** What reads the operations and repositories of a machine. */
type ReadAll = () => Promise<Awaited<ReturnType<typeof surveyOperations>> & { described: Described[] }>;

/**
 * Makes what reads the operations and repositories of a machine, for all readings of it: while a disk hangs nothing more is
 * read from it, however often somebody begins to watch.
 */
export function createReadAll(machine: MachineDependencies): ReadAll {
  const ended = new Map<string, OperationSummary>();
  const once = onceEach(async () => {
    const listed = await surveyOperations(machine.paths, { limit: OPERATIONS_READ }, ended);
    return { ...listed, described: await describeAll(machine, listed.operations) };
  });
  return () => once('all');
}

/** Makes the reader of repositories, operations and containers, which are read together and not too often. */
function createInventory(
  { paths: { datastore } }: MachineDependencies,
  readAll: ReadAll,
  isWatched: () => boolean,
) {
  const measure = createUsageMeter();
  let parts: Pick<WatchState, 'repositories' | 'operations' | 'unreadable'> = {};
  let placed: PlacedContainer[] = [];
  let last = { endedAt: -Infinity, took: 0 };
  let measuredAt = -Infinity;
  let isMeasuredOnce = false;
  let failures = 0;
  const restLeft = (): number =>
    Math.max(0, last.endedAt + restAfter(last.took, failures, isWatched()) - performance.now());
  return {
    read: async (): Promise<Parts> => {
      const begun = performance.now();
      try {
        const { operations, unreadable, described } = await whileItAnswers(datastore, readAll());
        const repositories = described.map(({ repository }) => repository);
        placed = placedContainers(described);
        const sent = operations.filter(({ state }, index) => index < OPERATIONS_SENT || state === 'running');
        parts = { repositories, operations: sent, unreadable: unreadable.slice(0, OPERATIONS_SENT) };
        failures = 0;
        return parts;
      } catch (error) {
        // A daemon or a volume that goes while it is read is no fault; if readings fail for seconds, there is one.
        failures += 1;
        if (failures > MOST_FAILURES || isSilence(error)) throw error;
        return {};
      } finally {
        const endedAt = performance.now();
        last = { endedAt, took: endedAt - begun };
      }
    },
    /** Tells whether the last reading failed. */
    isStale: () => failures > 0,
    /** Tells whether the pause after the last reading is over. */
    isRested: () => restLeft() === 0,
    restLeft,
    repositories: () => parts.repositories ?? [],
    operations: () => parts.operations ?? [],
    containers: () => {
      const shown = measure(placed);
      measuredAt = performance.now();
      isMeasuredOnce = shown.some(({ cpu, memory }) => cpu === undefined && memory !== undefined);
      return shown;
    },
    /** Tells whether what containers use is to be read again: some was read once only, or its time has come. */
    isUsageDue: () =>
      isWatched() &&
      (isMeasuredOnce || performance.now() - measuredAt >= USAGE_MILLISECONDS_EACH * placed.length),
    /** Tells whether a container that was in a crash loop has run long enough by now; no event of Docker's says so. */
    isCalmer: () => Date.now() >= (firstQuietAt(placed.map(({ container }) => container)) ?? Infinity),
  };
}

/** Makes a function that returns the machine's metrics since its last call; none while the datastore never answered. */
function createNumbers(datastore: string): () => Promise<Metrics | undefined> {
  let before: Look | undefined;
  const spaceOf = steadily(SPACE_MILLISECONDS, datastore, askSpace);
  return async () => {
    const space = await spaceOf();
    if (space === undefined) return undefined;
    const look = lookAtMachine({ path: datastore, ...space });
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
