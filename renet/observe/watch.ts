import { toAppError } from '../../shared/errors.ts';
import type { AppError } from '../../shared/errors.ts';
import type { WatchState } from '../../shared/protocol/observation.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { createReadAll, readMachine } from './machineReader.ts';
import type { Pace, Parts } from './machineReader.ts';
import type { StreamEnd, StreamSink } from './streams.ts';

/** The pace while people watch, and the one while only the machine itself does. */
const WATCHED: Pace = { figures: 2_000, isWatched: true };
const AT_REST: Pace = { figures: 10_000, isWatched: false };

/** The state of a machine, which is read once for everybody who watches it, and only while somebody does. */
export interface MachineWatch {
  /**
   * Pushes the state into a stream: first everything, then the parts that changed, until the stream is closed. A slow
   * reader gets the newest state and never a queue. Rejects when the machine cannot be read.
   */
  push(sink: StreamSink): Promise<StreamEnd>;
  /**
   * Calls `taken` with what was read, changed or not, until `stop`; the first has everything. It hears of each reading of
   * everything, and of the figures at the pace of rest, however many watch. Rejects as `push` does.
   */
  follow(taken: (parts: Parts) => void, stop: AbortSignal): Promise<void>;
}

/** A part of the state, with the number of the reading that changed it last. */
interface KnownPart {
  readonly text: string | undefined;
  readonly value: unknown;
  readonly reading: number;
}

/** A reading of the machine that goes on. */
interface Reading {
  /** The number of the last reading that changed something. */
  last: number;
  at: number;
  readonly parts: Map<string, KnownPart>;
  /** Those who watch by this reading. One that has failed keeps them until each has heard of it. */
  readonly watchers: Set<Watcher>;
  failure?: AppError;
  /** Reads the figures now, and then at the pace of those who watch now. */
  hurry: () => void;
  readonly stop: AbortController;
}

/** One who watches. */
interface Watcher {
  /** Called after each reading, with what it found, and when readings have failed. */
  readonly wake: (parts: Parts) => void;
  readonly isPerson: boolean;
}

/** Makes the watch of a machine. Nothing is read until somebody watches. */
export function createMachineWatch(machine: MachineDependencies): MachineWatch {
  const readAll = createReadAll(machine);
  let current: Reading | undefined;
  const begin = (first: Watcher): Reading => {
    const stop = new AbortController();
    const watchers = new Set([first]);
    const reading: Reading = { last: 0, at: 0, parts: new Map(), watchers, hurry: () => undefined, stop };
    const wake = (parts: Parts): void => {
      for (const watcher of watchers) watcher.wake(parts);
    };
    readMachine(machine, {
      readAll,
      publish: (parts) => {
        note(reading, parts);
        wake(parts);
      },
      pace: () => ([...watchers].some(({ isPerson }) => isPerson) ? WATCHED : AT_REST),
      onBegin: (hurry) => {
        reading.hurry = hurry;
      },
      stop: stop.signal,
    }).catch((error: unknown) => {
      reading.failure = toAppError(error);
      // Whoever watches next begins anew.
      if (current === reading) current = undefined;
      wake({});
    });
    return reading;
  };
  /** Takes part in the reading while `work` goes on. */
  const taking = async <T>(watcher: Watcher, work: (reading: Reading) => Promise<T>): Promise<T> => {
    const isNew = current === undefined;
    const reading = (current ??= begin(watcher));
    reading.watchers.add(watcher);
    if (!isNew && watcher.isPerson) reading.hurry();
    try {
      return await work(reading);
    } finally {
      reading.watchers.delete(watcher);
      if (reading.watchers.size === 0) {
        reading.stop.abort();
        if (current === reading) current = undefined;
      }
    }
  };
  return {
    push: async (sink) => {
      const bell = createBell(sink.signal);
      return taking<StreamEnd>({ wake: bell.ring, isPerson: true }, async (reading) => {
        let seen = 0;
        while (!sink.signal.aborted) {
          if (reading.failure !== undefined) throw reading.failure;
          if (seen === reading.last) {
            await bell.rings();
            continue;
          }
          await sink.state(() => {
            const state = newerThan(reading, seen);
            seen = reading.last;
            return Promise.resolve(state);
          });
        }
        return 'closed';
      });
    },
    follow: async (taken, stop) => {
      const bell = createBell(stop);
      let takenAt = -Infinity;
      const wakeUp = (parts: Parts): void => {
        const now = performance.now();
        // A reading may come a little early, and is not to be left for the one after it.
        if (parts.repositories !== undefined || now - takenAt > AT_REST.figures - WATCHED.figures) {
          takenAt = now;
          taken(parts);
        }
        bell.ring();
      };
      await taking({ wake: wakeUp, isPerson: false }, async (reading) => {
        if (reading.last > 0) taken(newerThan(reading, 0));
        while (!stop.aborted) {
          if (reading.failure !== undefined) throw reading.failure;
          await bell.rings();
        }
      });
    },
  };
}

/** Makes a bell that also rings when the signal aborts. */
function createBell(signal: AbortSignal) {
  let ring: () => void = () => undefined;
  return {
    ring: () => ring(),
    /** Resolves when it rings next. */
    rings: (): Promise<void> =>
      new Promise((resolve) => {
        // A signal may outlive many bells, so nothing is left on it.
        ring = () => {
          signal.removeEventListener('abort', ring);
          resolve();
        };
        signal.addEventListener('abort', ring);
        if (signal.aborted) ring();
      }),
  };
}

/** Takes note of what was read. */
function note(reading: Reading, parts: Parts): void {
  const next = reading.last + 1;
  for (const [name, value] of Object.entries(parts)) {
    const text = JSON.stringify(value);
    if (reading.parts.get(name)?.text !== text) reading.parts.set(name, { text, value, reading: next });
  }
  if (![...reading.parts.values()].some((part) => part.reading === next)) return;
  reading.last = next;
  reading.at = Date.now();
}

/** Returns the parts that changed after a reading. */
function newerThan({ parts, at }: Reading, seen: number): WatchState {
  const changed = [...parts].filter(([, { reading }]) => reading > seen);
  return { at, ...Object.fromEntries(changed.map(([name, { value }]) => [name, value])) };
}
