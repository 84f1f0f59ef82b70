import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Container } from '../../shared/model.ts';
import type { LogPlaces } from '../../shared/protocol/protocol.ts';
import { en } from '../../shared/text/en/en.ts';
import { streamContainerLogs } from './containerLogs.ts';
import { parseTime, readTime } from './logPlace.ts';
import type { StreamSink } from './streams.ts';

/** An entry of a container's log: when it was written, nanoseconds since the epoch, and what. */
interface Entry {
  readonly at: bigint;
  readonly text: string;
}

const START = 1_790_000_000_000_000_000n;
const ID = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);

let folder: string;
let daemon: Server;
/** The logs that the daemon has, by the container's id. */
let logs: Record<string, readonly Entry[]>;
let tty: boolean;
/** The entry, by its number in the log, before which Docker gives up. */
let hole: number | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-places-'));
  [logs, tty, hole] = [{}, false, undefined];
  daemon = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://daemon');
    const [, , id = '', what] = pathname.split('/');
    const facts = { Config: { Tty: tty }, HostConfig: { LogConfig: { Type: 'json-file' } } };
    if (what === 'json') response.end(JSON.stringify(facts));
    else response.end(given(logs[id] ?? [], searchParams));
  }).listen(join(folder, 'docker.sock'));
  await once(daemon, 'listening');
});
afterEach(() => {
  daemon.closeAllConnections();
  daemon.close();
  rmSync(folder, { recursive: true });
});

function timeOf(at: bigint): string {
  const date = new Date(Number(at / 1_000_000n)).toISOString().slice(0, 19);
  return `${date}.${String(at % 1_000_000_000n).padStart(9, '0')}Z`;
}

/** Returns what Docker gives of a log: a tail, then of that what is not before a time. */
function given(entries: readonly Entry[], query: URLSearchParams): Buffer {
  const tail = query.get('tail') ?? 'all';
  const since = readTime(query.get('since') ?? '0');
  const readable = entries.slice(0, hole);
  const last = tail === 'all' ? readable : readable.slice(Math.max(0, readable.length - Number(tail)));
  const frames = last
    .filter(({ at }) => at >= since)
    .map(({ at, text }) => frame(`${query.has('timestamps') ? `${timeOf(at)} ` : ''}${text}`));
  if (hole !== undefined) frames.push(frame("Error grabbing logs: invalid character '\\x00'\n", 3));
  return Buffer.concat(frames);
}

function frame(content: string, stream = 1): Buffer {
  const bytes = Buffer.from(content);
  if (tty) return bytes;
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(bytes.length, 4);
  return Buffer.concat([header, bytes]);
}

/** Makes a reader as the engine is one: it keeps what comes together with its place, and goes on from there after a cut. */
function reader({ ids = [ID], tail }: { ids?: readonly string[]; tail?: number } = {}) {
  let places: LogPlaces = {};
  let text = '';
  return {
    text: () => text,
    places: () => places,
    /** Reads to the end of what there is, or until a cut: `cutAfter` counts the places and the pieces that come. */
    read: async (cutAfter = Infinity): Promise<void> => {
      let held = '';
      let left = cutAfter;
      const controller = new AbortController();
      const cut = (): boolean => {
        left -= 1;
        if (left < 0) controller.abort();
        return left < 0;
      };
      const nothing = (): Promise<void> => Promise.resolve();
      const sink: StreamSink = {
        signal: controller.signal,
        output: (bytes) => {
          if (!cut()) held += Buffer.from(bytes).toString();
          return Promise.resolve();
        },
        place: (more) => {
          if (!cut()) {
            text += held;
            held = '';
            places = { ...places, ...more };
          }
          return Promise.resolve();
        },
        ...{ event: nothing, state: nothing, entry: nothing, notice: nothing },
      };
      const containers = ids.map((id): Container => {
        const state = { image: 'x', state: 'running', status: 'Up 1 second', health: 'none' } as const;
        return { id, name: id.slice(0, 1), service: id.slice(0, 1), ...state };
      });
      const found = { socket: join(folder, 'docker.sock'), root: folder, containers };
      const request = { repository: 'shop', follow: true, from: places, ...(tail !== undefined && { tail }) };
      await streamContainerLogs(found, request, sink).catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'connection-lost' });
      });
      if (left >= 0) text += held;
    },
  };
}

/** Lines of text and parts of lines, whose times go on, stand still, or are some seconds earlier, as that of one written late. */
const entries = fc
  .array(fc.record({ step: fc.nat(9_000), late: fc.constantFrom(0, 0, 1, 8_000), part: fc.boolean() }), {
    maxLength: 60,
  })
  .map((steps): Entry[] => {
    let now = START;
    return steps.map(({ step, late, part }, index) => {
      // Milliseconds; now and then none at all.
      if (step % 5 !== 0) now += BigInt(step) * 1_000_000n;
      const text = part ? `part ${index},` : `line ${index}\n`;
      return { at: now - BigInt(late) * 1_000_000n, text };
    });
  });

const textOf = (log: readonly Entry[]): string => log.map(({ text }) => text).join('');

describe('a log that is followed on after a cut', () => {
  it('has each entry once and in order, wherever the cuts are, while the log grows', async () => {
    await fc.assert(
      fc.asyncProperty(
        entries,
        fc.array(fc.tuple(fc.nat(60), fc.nat(6)), { maxLength: 6 }),
        async (log, cuts) => {
          const one = reader();
          for (const [length, cutAfter] of [...cuts].sort(([a], [b]) => a - b)) {
            logs = { [ID]: log.slice(0, length) };
            await one.read(cutAfter);
          }
          logs = { [ID]: log };
          await one.read();
          expect(one.text()).toBe(textOf(log));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('of several containers has each line of each once, though lines come in parts', async () => {
    await fc.assert(
      fc.asyncProperty(
        entries,
        entries,
        fc.array(fc.tuple(fc.nat(60), fc.nat(8)), { maxLength: 5 }),
        async (log, other, cuts) => {
          // A cut stops a line in the middle; the last ones are whole.
          const whole = (of: readonly Entry[]): Entry[] => [...of, { at: START * 2n, text: 'end\n' }];
          const both = { [ID]: whole(log), [OTHER]: whole(other) };
          const one = reader({ ids: [ID, OTHER] });
          for (const [length, cutAfter] of [...cuts].sort(([a], [b]) => a - b)) {
            // What is cut in a line's middle by the end of a container counts as a line: here none ends.
            const grown = (of: readonly Entry[]): Entry[] => of.slice(0, untilWhole(of, length));
            logs = { [ID]: grown(both[ID] ?? []), [OTHER]: grown(both[OTHER] ?? []) };
            await one.read(cutAfter);
          }
          logs = both;
          await one.read();
          const lines = one.text().split('\n');
          const ofOne = (letter: string): string[] =>
            lines.filter((line) => line.startsWith(`${letter} | `)).map((line) => line.slice(4));
          expect([ofOne('a'), ofOne('b')]).toEqual(
            [both[ID], both[OTHER]].map((of) =>
              textOf(of ?? [])
                .trimEnd()
                .split('\n'),
            ),
          );
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['whole', 'one\n'],
    ['with a line longer than what Docker keeps in one piece', 'x'.repeat(16 * 1024)],
  ])('of a container with a terminal: %s', async (_, text) => {
    tty = true;
    const log = [
      { at: START, text },
      { at: START, text: 'two\r\n' },
      { at: START + 1n, text: 'three\r\n' },
    ];
    const one = reader();
    for (const count of [0, 1, 2]) {
      logs = { [ID]: log.slice(0, count) };
      await one.read();
    }
    logs = { [ID]: log };
    await one.read();
    expect(one.text()).toBe(textOf(log));
  });

  it('with a tail goes on where the reader is, and not at the tail again', async () => {
    const log = [1, 2, 3, 4, 5, 6, 7].map((n) => ({ at: START + BigInt(n), text: `${n}\n` }));
    const one = reader({ tail: 2 });
    for (const count of [3, 7]) {
      logs = { [ID]: log.slice(0, count) };
      await one.read();
    }
    expect(one.text()).toBe('2\n3\n4\n5\n6\n7\n');
  });

  it.each([0, 2])('that was empty has all that came meanwhile, with a tail of %i', async (tail) => {
    const now = BigInt(Date.now()) * 1_000_000n;
    const log = [1, 2, 3].map((n) => ({ at: now + BigInt(n) * 1_000_000_000n, text: `${n}\n` }));
    const one = reader({ tail });
    await one.read();
    logs = { [ID]: log };
    await one.read();
    expect(one.text()).toBe('1\n2\n3\n');
  });

  it('of which Docker has removed a part says that lines may be missing', async () => {
    const log = [1, 2, 3, 4].map((n) => ({ at: START + BigInt(n), text: `${n}\n` }));
    const one = reader();
    logs = { [ID]: log.slice(0, 2) };
    await one.read();
    logs = { [ID]: log.slice(3) };
    await one.read();
    expect(one.text()).toBe(`1\n2\n${en.app.containerLog.missed}\n4\n`);
  });

  it('goes on behind a hole that Docker cannot read', async () => {
    const place = join(folder, '.rediacc/docker/data/containers', ID);
    mkdirSync(place, { recursive: true });
    const log = [1, 2, 3, 4].map((n) => ({ at: START + BigInt(n) * 20_000_000_000n, text: `${n}\n` }));
    const keep = (count: number): void => {
      const lines = log.slice(0, count).map(({ at, text }) => {
        return Buffer.from(`${JSON.stringify({ log: text, stream: 'stdout', time: timeOf(at) })}\n`);
      });
      writeFileSync(
        join(place, `${ID}-json.log`),
        Buffer.concat([...lines.splice(0, 2), Buffer.alloc(7), ...lines]),
      );
    };
    logs = { [ID]: log };
    hole = 2;
    const one = reader();
    keep(3);
    await one.read();
    keep(4);
    await one.read();
    expect(one.text()).toBe('1\n2\n[rediacc: 7 bytes of this log are lost]\n3\n4\n');
  });
});

/** Returns the least number of entries, `length` or more, that ends with a whole line. */
function untilWhole(log: readonly Entry[], length: number): number {
  const at = log.findIndex(({ text }, index) => index >= length - 1 && text.endsWith('\n'));
  if (length === 0) return 0;
  return at < 0 ? log.length : at + 1;
}

it('a time is read as Docker writes it, and nothing else is', () => {
  expect(parseTime('2026-11-30T00:00:00Z')).toBe(1_795_996_800_000_000_000n);
  expect(parseTime('2026-11-30T01:00:00.5+01:00')).toBe(1_795_996_800_500_000_000n);
  expect(['', '2026-11-30', '2026-13-30T00:00:00Z', 'x2026-11-30T00:00:00Z'].map(parseTime)).toEqual([
    ...[undefined, undefined, undefined, undefined],
  ]);
});
