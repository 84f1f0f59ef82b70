import type { ApiClient, ApiPayload, Link, LogSource } from '../../shared/api/api.ts';
import { toWire } from '../../shared/errors.ts';
import type { ByteStore } from './byteStore.ts';
import { createLogChannel } from './logChannel.ts';
import { createLogRecord } from './logRecord.ts';
import type { LogSnapshot, LogStatus } from './logRecord.ts';
import type { TimeMarks } from './timeMarks.ts';

/** One log of one source, read once however many panes show it. */
export interface LogSession {
  readonly source: LogSource;
  readonly store: ByteStore;
  readonly times: TimeMarks;
  snapshot(): LogSnapshot;
  /** Calls back after each change. Returns what stops it. */
  subscribe(listener: () => void): () => void;
  close(): void;
}

/** Opens a log, and opens it again after the link to the program was lost. `now`: milliseconds since the epoch. */
export function openLog(api: ApiClient, source: LogSource, now: () => number): LogSession {
  const record = createLogRecord(now);
  const channel = createLogChannel(api);
  const { store, times, snapshot, subscribe, setStatus } = record;
  /** Offset of this opening's first byte: containers' logs begin anew each time. */
  let base = 0;

  const open = (): void => {
    base = source.kind === 'operation' ? 0 : store.position();
    const from = { event: snapshot().events.length, output: store.position() };
    void channel.open(source.kind === 'operation' ? { ...source, from } : source, {
      onOpened: () => {
        if (snapshot().status.kind !== 'following') setStatus({ kind: 'following' });
      },
      onFailed: (error) => setStatus({ kind: 'failed', error: toWire(error) }),
    });
  };

  const onChunk = ({ offset, bytes }: ApiPayload<'log.chunk'>): void => {
    const added = record.append(bytes, base + offset);
    // Acknowledged once stored: a terminal that does not keep up leaves out what scrolled by.
    channel.acknowledge(added);
  };
  const onEnded = (ended: ApiPayload<'log.ended'>): void => {
    channel.forget();
    setStatus(statusAtEnd(ended));
  };
  const onLink = (link: Link): void => {
    const { kind } = snapshot().status;
    if (kind === 'ended' || kind === 'lost' || kind === 'failed') return;
    if (link !== 'open') {
      channel.forget();
      setStatus({ kind: 'disconnected' });
    } else if (kind === 'disconnected' && !channel.opening()) open();
  };
  const stops = [
    api.on('log.chunk', (chunk) => channel.receive(chunk.log, () => onChunk(chunk))),
    api.on('log.event', ({ log, event }) => channel.receive(log, () => record.addEvent(event))),
    api.on('log.ended', (ended) => channel.receive(ended.log, () => onEnded(ended))),
    api.on('log.connection', (told) => channel.receive(told.log, () => setStatus(statusOfConnection(told)))),
    api.onLink(onLink),
  ];

  open();
  return {
    source,
    store,
    times,
    snapshot,
    subscribe,
    close: () => {
      for (const stop of stops) stop();
      channel.close();
    },
  };
}

function statusAtEnd({ reason, error }: ApiPayload<'log.ended'>): LogStatus {
  if (reason === 'error') return { kind: 'failed', error: error ?? toWire(new Error('log')) };
  return { kind: reason === 'lost' ? 'lost' : 'ended' };
}

function statusOfConnection({ connected, error, retryAt }: ApiPayload<'log.connection'>): LogStatus {
  if (connected) return { kind: 'following' };
  return {
    kind: 'disconnected',
    ...(error === undefined ? {} : { error }),
    ...(retryAt === undefined ? {} : { retryAt }),
  };
}
