import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { createFrameDecoder, MAX_FRAME } from '../../shared/protocol/frames.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import type { Frame } from '../../shared/protocol/frames.ts';
import { STATE_COST, STREAM_WINDOW } from '../../shared/protocol/protocol.ts';
import { createStreams } from './streams.ts';

/** Makes streams over a channel that always takes more, and notes what was sent. */
function openStreams() {
  const frames: Frame[] = [];
  const decode = createFrameDecoder();
  const streams = createStreams((frame) => {
    frames.push(...decode(frame));
    return Promise.resolve();
  });
  /** Waits until nothing more is sent, because every promise that could go on has gone on. */
  const settle = async (): Promise<void> => {
    for (let seen = -1; seen !== frames.length;) {
      seen = frames.length;
      for (let turns = 0; turns < 10; turns += 1) await turn();
    }
  };
  const sent = (): number =>
    frames.reduce((sum, frame) => sum + (frame.kind === 'bytes' ? frame.bytes.length : 0), 0);
  return { streams, frames, settle, sent };
}

it('sends not a byte more than was granted, however much there is', async () => {
  const { streams, settle, sent } = openStreams();
  const stream = streams.open(async (sink) => {
    await sink.output(Buffer.alloc(3 * STREAM_WINDOW), 0);
    return 'verdict';
  });
  await settle();
  expect(sent()).toBe(STREAM_WINDOW);
  streams.credit(stream, 10);
  await settle();
  expect(sent()).toBe(STREAM_WINDOW + 10);
  streams.credit(stream, 2 * STREAM_WINDOW);
  await settle();
  expect(sent()).toBe(3 * STREAM_WINDOW);
});

it('sends small parts that together are more than the window only as far as it goes', async () => {
  const { streams, settle, sent } = openStreams();
  streams.open(async (sink) => {
    for (let position = 0; position < 2 * STREAM_WINDOW; position += 1000)
      await sink.output(Buffer.alloc(1000), position);
    return 'verdict';
  });
  await settle();
  expect(sent()).toBe(STREAM_WINDOW);
});

it('does not even make a state that the reader has no credit for', async () => {
  const { streams, frames, settle } = openStreams();
  let made = 0;
  const most = Math.floor(STREAM_WINDOW / STATE_COST);
  const stream = streams.open(async (sink) => {
    for (;;) {
      if (sink.signal.aborted) return 'closed';
      await sink.state(() => Promise.resolve({ at: (made += 1) }));
    }
  });
  await settle();
  expect([made, frames.length]).toEqual([most, most]);
  streams.credit(stream, STATE_COST);
  await settle();
  expect(made).toBe(most + 1);
  streams.close(stream);
  await settle();
  expect(frames.at(-1)).toMatchObject({ value: { type: 'stream-end', reason: 'closed' } });
});

it('sends entries of the journal only as far as there is credit, by the bytes of their frames', async () => {
  const { streams, frames, settle } = openStreams();
  const began = { at: 1, boot: { id: 'one', uptime: 1 } };
  const entry: JournalEntry = {
    ...{ n: 1, entry: 1, kind: 'container-died', level: 'error', subject: {}, began, count: 1, details: {} },
    lastLines: ['x'.repeat(60_000)],
  };
  const stream = streams.open(async (sink) => {
    for (let n = 1; n <= 10; n += 1) await sink.entry({ ...entry, n });
    return 'closed';
  });
  await settle();
  const size = frames[0]?.kind === 'json' ? frames[0].size : 0;
  expect(frames.length).toBe(Math.floor(STREAM_WINDOW / size));
  streams.credit(stream, size);
  await settle();
  expect(frames.length).toBe(Math.floor(STREAM_WINDOW / size) + 1);
  streams.close(stream);
});

it('ends what fails at once, and what fails with more than a message may have', async () => {
  const { streams, frames, settle } = openStreams();
  const failing: (() => never)[] = [
    () => {
      throw new AppError('not-mounted', { name: 'shop' });
    },
    () => {
      throw new AppError('not-mounted', { name: 'x'.repeat(MAX_FRAME) });
    },
  ];
  for (const fail of failing) streams.open(fail);
  streams.open(async (sink) => {
    await sink.event({ type: 'notice', text: 'x'.repeat(MAX_FRAME) } as never);
    return 'verdict';
  });
  await settle();
  const codes = ['not-mounted', 'protocol-violation', 'protocol-violation'];
  expect(frames).toMatchObject(
    codes.map((code, at) => ({ value: { type: 'stream-end', stream: at + 1, error: { code } } })),
  );
  expect(streams.count()).toBe(0);
});
