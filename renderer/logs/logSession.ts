import type { ApiClient, ApiPayload, LogSource } from '../../shared/api.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import type { OperationEvent } from '../../shared/model.ts';
import { createByteStore } from './byteStore.ts';
import type { ByteStore } from './byteStore.ts';
import { createTimeMarks } from './timeMarks.ts';
import type { TimeMarks } from './timeMarks.ts';

/** Where a log stands. `disconnected`: the machine or the program cannot be reached; it goes on by itself. */
export type LogStatus =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'following' }
  | { readonly kind: 'disconnected'; readonly error?: WireError; readonly retryAt?: number }
  | { readonly kind: 'ended' }
  | { readonly kind: 'lost' }
  | { readonly kind: 'failed'; readonly error: WireError };

/** What a pane shows beside the bytes; a new object at each change. */
export interface LogSnapshot {
  readonly status: LogStatus;
  readonly events: readonly OperationEvent[];
  readonly bytes: number;
  readonly lines: number;
}

/** One log of one source, read once however many panes show it. */
export interface LogSession {
  readonly source: LogSource;
  readonly store: ByteStore;
  readonly times: TimeMarks;
  snapshot(): LogSnapshot;
  subscribe(listener: () => void): () => void;
  /**
   * Lets the source send no more than a reader keeps up with: `position` answers the offset that it has done with.
   * Without a reader, what is stored is done with. The returned function takes the reader back.
   */
  hold(position: () => number): () => void;
  /** A reader has come further. */
  progress(): void;
  close(): void;
}

/** Bytes that are acknowledged together: few calls, and far below what may be under way. */
const ACK_BYTES = 32 * 1024;

/** Opens a log. `now`: milliseconds since the epoch, of this computer. */
export function openLog(api: ApiClient, source: LogSource, now: () => number): LogSession {
  const store = createByteStore();
  const times = createTimeMarks();
  const listeners = new Set<() => void>();
  const readers = new Set<() => number>();
  const events: OperationEvent[] = [];
  let status: LogStatus = { kind: 'connecting' };
  let snapshot = take();
  let opening: { held: (() => void)[] } | undefined;
  let log: number | undefined;
  /** Offset of this opening's first byte: containers' logs begin anew each time. */
  let base = 0;
  let acknowledged = 0;
  let closed = false;

  function take(): LogSnapshot {
    return { status, events: [...events], bytes: store.length(), lines: store.lineCount() };
  }
  const changed = (next: LogStatus = status): void => {
    status = next;
    snapshot = take();
    for (const listener of listeners) listener();
  };

  const acknowledge = (): void => {
    const done = Math.min(store.length(), ...[...readers].map((position) => position()));
    const bytes = done - acknowledged;
    if (log === undefined || bytes <= 0 || (bytes < ACK_BYTES && done < store.length())) return;
    acknowledged = done;
    void api.call('log.ack', { log, bytes }).catch(() => undefined);
  };

  /** Runs at once what belongs to this log; what comes before its number is known waits for it. */
  const ours = (number: number, act: () => void): void => {
    if (opening !== undefined) opening.held.push(() => ours(number, act));
    else if (number === log && !closed) act();
  };

  const onChunk = ({ offset, bytes }: ApiPayload<'log.chunk'>): void => {
    times.mark(store.length(), now());
    store.append(bytes, base + offset);
    changed({ kind: 'following' });
    acknowledge();
  };
  const onEnded = ({ reason, error }: ApiPayload<'log.ended'>): void => {
    log = undefined;
    if (reason === 'error') changed({ kind: 'failed', error: error ?? toWire(new Error('log')) });
    else changed({ kind: reason === 'lost' ? 'lost' : 'ended' });
  };
  const onConnection = ({ connected, error, retryAt }: ApiPayload<'log.connection'>): void =>
    changed(
      connected
        ? { kind: 'following' }
        : {
            kind: 'disconnected',
            ...(error === undefined ? {} : { error }),
            ...(retryAt === undefined ? {} : { retryAt }),
          },
    );
  const onEvent = ({ event }: ApiPayload<'log.event'>): void => {
    // Events come with the machine's own time, which is the true one.
    times.mark(store.offsetOf(event.output), event.at);
    if (event.n === events.length) events.push(event);
    changed({ kind: 'following' });
  };

  const open = async (): Promise<void> => {
    opening = { held: [] };
    base = source.kind === 'operation' ? 0 : store.position();
    acknowledged = store.length();
    const from = { event: events.length, output: store.position() };
    try {
      const answer = await api.call('log.open', {
        source: source.kind === 'operation' ? { ...source, from } : source,
      });
      log = answer.log;
      const { held } = opening;
      opening = undefined;
      if (closed) {
        end();
        return;
      }
      if (status.kind !== 'following') changed({ kind: 'following' });
      for (const act of held) act();
    } catch (error) {
      opening = undefined;
      if (!closed) changed({ kind: 'failed', error: toWire(error) });
    }
  };

  const off = [
    api.on('log.chunk', (chunk) => ours(chunk.log, () => onChunk(chunk))),
    api.on('log.event', (event) => ours(event.log, () => onEvent(event))),
    api.on('log.ended', (ended) => ours(ended.log, () => onEnded(ended))),
    api.on('log.connection', (state) => ours(state.log, () => onConnection(state))),
    api.onLink((link) => {
      const over = status.kind === 'ended' || status.kind === 'lost' || status.kind === 'failed';
      if (over || closed) return;
      if (link === 'open') {
        if (status.kind === 'disconnected' && opening === undefined) void open();
        return;
      }
      log = undefined;
      changed({ kind: 'disconnected' });
    }),
  ];

  const end = (): void => {
    if (log !== undefined) void api.call('log.close', { log }).catch(() => undefined);
    log = undefined;
  };

  void open();
  return {
    source,
    store,
    times,
    snapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    hold: (position) => {
      readers.add(position);
      return () => {
        readers.delete(position);
        acknowledge();
      };
    },
    progress: acknowledge,
    close: () => {
      closed = true;
      for (const stop of off) stop();
      end();
    },
  };
}
