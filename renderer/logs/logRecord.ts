import type { WireError } from '../../shared/errors.ts';
import type { OperationEvent } from '../../shared/model.ts';
import { createByteStore } from './byteStore.ts';
import type { ByteStore } from './byteStore.ts';
import { createTimeMarks } from './timeMarks.ts';
import type { TimeMarks } from './timeMarks.ts';

/** The state of a log. `disconnected`: the machine or the program cannot be reached; the log goes on by itself. */
export type LogStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'following' }
  | { readonly kind: 'disconnected'; readonly error?: WireError; readonly retryAt?: number }
  | { readonly kind: 'ended' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'failed'; readonly error: WireError };

/** The facts of a log that a pane shows beside the bytes; a new object at each change. */
export interface LogSnapshot {
  readonly status: LogStatus;
  readonly events: readonly OperationEvent[];
  /** How many bytes and lines the store holds. */
  readonly bytes: number;
  readonly lines: number;
}

/** The bytes, events and status of one log, as far as this window has read them. */
interface LogRecord {
  readonly store: ByteStore;
  readonly times: TimeMarks;
  readonly snapshot: () => LogSnapshot;
  /** Calls back after each change. Returns what stops it. */
  readonly subscribe: (listener: () => void) => () => void;
  readonly setStatus: (status: LogStatus) => void;
  /** Appends bytes that stand at `position` of the machine's output. Returns how many were new. */
  append(bytes: Uint8Array, position: number): number;
  /** Adds an event of an operation, unless it is here already. */
  addEvent(event: OperationEvent): void;
}

/** Starts an empty record, which stands at `connecting`. `now`: milliseconds since the epoch, of this computer. */
export function createLogRecord(now: () => number): LogRecord {
  const store = createByteStore();
  const times = createTimeMarks();
  const listeners = new Set<() => void>();
  const events: OperationEvent[] = [];
  const take = (status: LogStatus): LogSnapshot => ({
    status,
    events: [...events],
    bytes: store.length(),
    lines: store.lineCount(),
  });
  let snapshot = take({ kind: 'connecting' });

  const setStatus = (status: LogStatus): void => {
    snapshot = take(status);
    for (const listener of listeners) listener();
  };
  return {
    store,
    times,
    snapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    setStatus,
    append: (bytes, position) => {
      const before = store.length();
      times.mark(before, now());
      store.append(bytes, position);
      const added = store.length() - before;
      setStatus({ kind: 'following' });
      return added;
    },
    addEvent: (event) => {
      // Events come with the machine's own time, which is the true one.
      times.mark(store.offsetOf(event.output), event.at);
      if (event.n === events.length) events.push(event);
      setStatus({ kind: 'following' });
    },
  };
}
