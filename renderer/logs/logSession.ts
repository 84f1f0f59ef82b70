import type { ApiClient, ApiPayload, LogSource } from '../../shared/api/api.ts';
import { toWire } from '../../shared/errors.ts';
import type { WireError } from '../../shared/errors.ts';
import type { OperationEvent } from '../../shared/model.ts';
import { createByteStore } from './byteStore.ts';
import type { ByteStore } from './byteStore.ts';
import { createTimeMarks } from './timeMarks.ts';
import type { TimeMarks } from './timeMarks.ts';

/** Where a log stands. `disconnected`: the machine or the program cannot be reached; it goes on by itself. */
type LogStatus =
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
  close(): void;
}

/** Opens a log. `now`: milliseconds since the epoch, of this computer. */
export function openLog(api: ApiClient, source: LogSource, now: () => number): LogSession {
  const store = createByteStore();
  const times = createTimeMarks();
  const listeners = new Set<() => void>();
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

  /** What is stored is done with: a terminal that does not keep up leaves out what scrolled by. */
  const acknowledge = (): void => {
    const bytes = store.length() - acknowledged;
    if (log === undefined || bytes <= 0) return;
    acknowledged += bytes;
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
    close: () => {
      closed = true;
      for (const stop of off) stop();
      end();
    },
  };
}
