import { toWire } from '../../shared/errors.ts';
import { encodeBytes, encodeJson } from '../../shared/protocol/frames.ts';
import type { WatchState } from '../../shared/protocol/observation.ts';
import { STATE_COST, STREAM_WINDOW } from '../../shared/protocol/protocol.ts';
import type { FromAgent } from '../../shared/protocol/answers.ts';
import type { LogSink } from '../operation/log/logReader.ts';

/** Why a stream ended, as its last frame says. */
type StreamEnd = Extract<FromAgent, { type: 'stream-end' }>['reason'];

/** One stream's way out: it waits for the reader's credit, so a flood slows its own source and nothing else. */
export interface StreamSink extends LogSink {
  signal: AbortSignal;
  /** Sends what `make` answers, if anything; it is asked once the reader can take it, and not at all when it closed. */
  state(make: () => Promise<WatchState | undefined>): Promise<void>;
}

export interface Streams {
  /** Runs `work` as a new stream and returns the stream's number at once. */
  open(work: (sink: StreamSink) => Promise<StreamEnd>): number;
  credit(stream: number, bytes: number): void;
  close(stream: number): void;
  closeAll(): void;
}

interface Open {
  credit: number;
  granted: () => void;
  controller: AbortController;
}

/** Makes the streams of one channel; `write` sends a frame and resolves when the channel takes more. */
export function createStreams(write: (frame: Uint8Array) => Promise<void>): Streams {
  const streams = new Map<number, Open>();
  let last = 0;

  /** Waits for credit; false when the stream was closed. */
  const mayHave = async (stream: Open, bytes: number): Promise<boolean> => {
    while (stream.credit < bytes && !stream.controller.signal.aborted) {
      await new Promise<void>((resolve) => {
        stream.granted = resolve;
      });
    }
    return !stream.controller.signal.aborted;
  };

  const sinkOf = (id: number, stream: Open): StreamSink => ({
    signal: stream.controller.signal,
    event: (event) => write(encodeJson({ type: 'stream-event', stream: id, event } satisfies FromAgent)),
    output: async (bytes, position) => {
      let sent = 0;
      while (sent < bytes.length) {
        if (stream.credit <= 0 && !(await mayHave(stream, 1))) return;
        const part = bytes.subarray(sent, sent + stream.credit);
        stream.credit -= part.length;
        await write(encodeBytes(id, position + sent, part));
        sent += part.length;
      }
    },
    state: async (make) => {
      if (!(await mayHave(stream, STATE_COST))) return;
      const state = await make();
      if (state === undefined || stream.controller.signal.aborted) return;
      stream.credit -= STATE_COST;
      await write(encodeJson({ type: 'stream-state', stream: id, state } satisfies FromAgent));
    },
  });

  const end = async (id: number, work: Promise<StreamEnd>): Promise<void> => {
    let frame: FromAgent;
    try {
      frame = { type: 'stream-end', stream: id, reason: await work };
    } catch (error) {
      frame = { type: 'stream-end', stream: id, reason: 'error', error: toWire(error) };
    }
    streams.delete(id);
    await write(encodeJson(frame));
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
      // After the answer that names the stream has been sent.
      setImmediate(() => void end(id, work(sinkOf(id, stream))));
      return id;
    },
    credit: (id, bytes) => {
      const stream = streams.get(id);
      if (stream === undefined) return;
      stream.credit += bytes;
      stream.granted();
    },
    close,
    closeAll: () => {
      for (const id of streams.keys()) close(id);
    },
  };
}
