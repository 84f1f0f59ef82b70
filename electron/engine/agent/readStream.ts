import { AppError, fromWire } from '../../../shared/errors.ts';
import type { Params } from '../../../shared/protocol/protocol.ts';
import type { AgentChannel, StreamMethod } from './agentChannel.ts';
import type { StreamConsumer, StreamEnd } from './streamReceiver.ts';

/** A stream to read, and its consumer. */
interface StreamRequest<M extends StreamMethod> {
  readonly method: M;
  readonly params: Params<M>;
  readonly consumer: StreamConsumer;
  /** Called when the stream is open. */
  readonly onOpen?: () => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a stream and reads it to its end. When the signal aborts, rejects with `cancelled` at once; the stream is then
 * closed and its consumer not called any more.
 */
export async function readStream<M extends StreamMethod>(
  channel: AgentChannel,
  { method, params, consumer, onOpen, signal }: StreamRequest<M>,
): Promise<StreamEnd> {
  const read = async (): Promise<StreamEnd> => {
    const stream = await channel.openStream(method, params, {
      onEvent: (event) => (signal?.aborted ? undefined : consumer.onEvent(event)),
      onOutput: (bytes, position) => (signal?.aborted ? undefined : consumer.onOutput(bytes, position)),
      onState: (state) => (signal?.aborted ? undefined : consumer.onState?.(state)),
      onEntry: (entry) => (signal?.aborted ? undefined : consumer.onEntry?.(entry)),
      onPlace: (places) => (signal?.aborted ? undefined : consumer.onPlace?.(places)),
      onNotice: (notice) => (signal?.aborted ? undefined : consumer.onNotice?.(notice)),
    });
    const close = (): void => stream.close();
    if (signal?.aborted) close();
    else onOpen?.();
    signal?.addEventListener('abort', close);
    try {
      return await stream.end;
    } finally {
      signal?.removeEventListener('abort', close);
    }
  };
  return abortable(signal, read());
}

/** Returns what `work` resolves to. Rejects with `cancelled` as soon as the signal aborts; `work` itself goes on. */
export async function abortable<T>(signal: AbortSignal | undefined, work: Promise<T>): Promise<T> {
  if (!signal) return work;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new AppError('cancelled'));
    signal.addEventListener('abort', stop);
    if (signal.aborted) stop();
  });
  try {
    return await Promise.race([aborted, work]);
  } finally {
    if (stop) signal.removeEventListener('abort', stop);
  }
}

/** Returns the error of a stream that the agent broke off. */
export function streamError({ error }: StreamEnd): AppError {
  return error
    ? fromWire(error)
    : new AppError('protocol-violation', { reason: 'a stream that broke without saying why' });
}
