import { toWire } from '../../shared/errors.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import type { WireNotice } from '../../shared/notices.ts';
import { encodeBytes, encodeJson } from '../../shared/protocol/frames.ts';
import type { WatchState } from '../../shared/protocol/observation.ts';
import { STATE_COST, STREAM_WINDOW } from '../../shared/protocol/protocol.ts';
import type { LogPlaces } from '../../shared/protocol/protocol.ts';
import type { FromAgent } from '../../shared/protocol/answers.ts';
import type { LogSink } from '../operation/log/logReader.ts';

/** The reason why a stream ended, as its last frame says. */
export type StreamEnd = Extract<FromAgent, { type: 'stream-end' }>['reason'];

/**
 * One stream's way out. It waits for the reader's credit, so that a flood slows down its own source and nothing else.
 */
export interface StreamSink extends LogSink {
  signal: AbortSignal;
  /**
   * Sends the state that `make` returns, if any. `make` is called once the reader can take a state, and not at all when
   * the stream was closed.
   */
  state(make: () => Promise<WatchState | undefined>): Promise<void>;
  /** Sends an entry of the journal, or a notice about it. */
  entry(entry: JournalEntry): Promise<void>;
  notice(notice: WireNotice): Promise<void>;
  /** Tells where the reader of containers' logs is once it has all output so far. */
  place(places: LogPlaces): Promise<void>;
}

/** The streams of one channel. */
export interface Streams {
  /** Runs `work` as a new stream, and returns the stream's number at once. */
  open(work: (sink: StreamSink) => Promise<StreamEnd>): number;
  credit(stream: number, bytes: number): void;
  close(stream: number): void;
  /** Returns how many are open. */
  count(): number;
  closeAll(): void;
}

/** A stream that is open: its credit in bytes, and the function that wakes what waits for more. */
interface Open {
  credit: number;
  granted: () => void;
  controller: AbortController;
}

type WriteFrame = (frame: Uint8Array) => Promise<void>;
type SendMessage = (message: FromAgent) => Promise<void>;

/**
 * Makes the streams of one channel. `write` sends a frame and `send` a message; both resolve when the channel takes
 * more. `send` rejects for a message that is too large, which ends its stream.
 */
export function createStreams(
  write: WriteFrame,
  send: SendMessage = async (message) => write(encodeJson(message)),
): Streams {
  const streams = new Map<number, Open>();
  let last = 0;

  const run = async (id: number, work: () => Promise<StreamEnd>): Promise<void> => {
    const frame = await endFrame(id, work);
    streams.delete(id);
    // An error may be too large to be told.
    await send(frame).catch((error: unknown) => send(failed(id, error)));
  };

  const close = (id: number): void => {
    const stream = streams.get(id);
    stream?.controller.abort();
    stream?.granted();
  };

  return {
    open: (work) => {
      last += 1;
      const id = last;
      const stream: Open = {
        credit: STREAM_WINDOW,
        granted: () => undefined,
        controller: new AbortController(),
      };
      streams.set(id, stream);
      // Later, so that the answer that names the stream is sent first.
      setImmediate(() => void run(id, () => work(sinkOf(id, stream, write, send))));
      return id;
    },
    credit: (id, bytes) => {
      const stream = streams.get(id);
      if (stream === undefined) return;
      stream.credit += bytes;
      stream.granted();
    },
    close,
    count: () => streams.size,
    closeAll: () => {
      for (const id of streams.keys()) close(id);
    },
  };
}

/** Makes the way out of one stream. */
function sinkOf(id: number, stream: Open, write: WriteFrame, send: SendMessage): StreamSink {
  const { signal } = stream.controller;
  const sendCosting = async (message: FromAgent): Promise<void> => {
    const bytes = jsonBytes(message);
    if (!(await hasCredit(stream, bytes))) return;
    stream.credit -= bytes;
    await send(message);
  };
  return {
    signal,
    event: (event) => send({ type: 'stream-event', stream: id, event }),
    output: async (bytes, position) => {
      let sent = 0;
      while (sent < bytes.length) {
        if (stream.credit <= 0 && !(await hasCredit(stream, 1))) return;
        const part = bytes.subarray(sent, sent + stream.credit);
        stream.credit -= part.length;
        await write(encodeBytes(id, position + sent, part));
        sent += part.length;
      }
    },
    state: async (make) => {
      if (!(await hasCredit(stream, STATE_COST))) return;
      const state = await make();
      if (state === undefined || signal.aborted) return;
      stream.credit -= STATE_COST;
      await send({ type: 'stream-state', stream: id, state });
    },
    entry: (entry) => sendCosting({ type: 'stream-entry', stream: id, entry }),
    notice: (notice) => sendCosting({ type: 'stream-notice', stream: id, notice }),
    place: (places) => sendCosting({ type: 'stream-place', stream: id, places }),
  };
}

/** Returns the bytes of a message's document, which the reader counts as well. */
function jsonBytes(message: FromAgent): number {
  return Buffer.byteLength(JSON.stringify(message));
}

/** Waits until a stream has credit for `bytes`. Resolves with false when the stream was closed. */
async function hasCredit(stream: Open, bytes: number): Promise<boolean> {
  while (stream.credit < bytes && !stream.controller.signal.aborted) {
    await new Promise<void>((resolve) => {
      stream.granted = resolve;
    });
  }
  return !stream.controller.signal.aborted;
}

/** Does a stream's work, and returns the frame that ends the stream. */
async function endFrame(id: number, work: () => Promise<StreamEnd>): Promise<FromAgent> {
  try {
    return { type: 'stream-end', stream: id, reason: await work() };
  } catch (error) {
    return failed(id, error);
  }
}

function failed(id: number, error: unknown): FromAgent {
  return { type: 'stream-end', stream: id, reason: 'error', error: toWire(error) };
}
