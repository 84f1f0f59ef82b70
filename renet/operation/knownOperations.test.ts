import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { OperationSummary } from '../../shared/model.ts';
import { holderFile, operationFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { bootClock, identify } from '../process.ts';
import { cancelOperation, listOperations, showOperation, surveyOperations } from './knownOperations.ts';
import { EVENTS_FILE } from './log/events.ts';
import { INDEX_FILE, knownLogs } from './log/logIndex.ts';
import { readLog } from './log/logReader.ts';
import { PROCESS_FILE } from './log/logProcess.ts';
import { createLog, openOperationLog } from './log/operationLog.ts';
import { prepareLocks } from '../fileLock.ts';
import { noteHolder } from './locks.ts';

const YEAR = 365 * 24 * 60 * 60 * 1000;
const shop = { guid: '2d25d88d-e186-48b0-aff3-500528150a52', name: 'shop' };
const mail = { guid: '812ca596-fe2e-4059-a76c-a8f0d33badf2', name: 'mail' };

let paths: Paths;
beforeEach(() => {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-known-'));
  paths = { datastore, run: join(datastore, 'run') };
});
afterEach(() => rmSync(paths.datastore, { recursive: true, force: true }));

const indexFile = (): string => join(paths.datastore, '.operations', INDEX_FILE);
const eventsOf = (id: string): string => join(operationFolder(paths, id), EVENTS_FILE);

/** Makes the log of an operation that has ended. */
async function ended(
  at = Date.now(),
  more: { repository?: typeof shop; ahead?: number } = {},
): Promise<string> {
  const id = randomUUID();
  const about = { id, verb: 'up', repository: shop, origin: 'person', by: 'ann', ...more } as const;
  const { head, log } = await openOperationLog(paths, about, () => at);
  log.event({ type: 'started', operation: head });
  log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
  log.close();
  return id;
}

/** Makes a log as 0.1.0 wrote it: without a number. */
async function endedOf010(startedAt: number): Promise<string> {
  const id = randomUUID();
  const log = await createLog(operationFolder(paths, id), () => startedAt);
  const operation = { id, verb: 'up', repository: shop, origin: 'person', by: 'ann', startedAt } as const;
  log.event({ type: 'started', operation });
  log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
  log.close();
  return id;
}

const listed = async (): Promise<string[]> => (await listOperations(paths, {})).map(({ id }) => id);

describe('operations are listed by their numbers', () => {
  it('the newest first, whatever the clock said', async () => {
    const now = Date.now();
    const ids = [await ended(now), await ended(now + YEAR), await ended(now - YEAR), await ended(now)];
    expect(await listed()).toEqual([...ids].reverse());
  });

  it('logs of 0.1.0 come before all others, by their start', async () => {
    const first = await ended(10);
    const old = [await endedOf010(20), await endedOf010(30), await endedOf010(15)];
    const last = await ended(5);
    expect(await listed()).toEqual([last, first, old[1], old[0], old[2]]);
  });

  it('with what is doubtful about their times', async () => {
    const now = Date.now();
    const ids = [
      await ended(now),
      await ended(now + YEAR),
      await ended(now - YEAR),
      await ended(now, { ahead: YEAR }),
    ];
    const clocks = (await listOperations(paths, {})).map(({ id, clock }) => [ids.indexOf(id), clock]);
    expect(clocks).toEqual([
      [3, 'differed'],
      [2, 'went-back'],
      [1, 'in-the-future'],
      [0, undefined],
    ]);
    expect((await showOperation(paths, ids[2] ?? '')).clock).toBe('went-back');
  });

  it('the times within a log go on from its start, whatever becomes of the clock', async () => {
    const id = randomUUID();
    const about = { id, verb: 'up', repository: shop, origin: 'person', by: 'ann' } as const;
    let clock = 1_000_000;
    const { head, log } = await openOperationLog(paths, about, () => clock);
    clock -= YEAR;
    log.event({ type: 'started', operation: head });
    log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
    log.close();
    const summary = await showOperation(paths, id);
    expect(summary).toMatchObject({ startedAt: 1_000_000, sequence: 1, boot: { id: bootClock().id } });
    expect(summary.endedAt).toBeGreaterThanOrEqual(1_000_000);
  });

  it('with those that run, however many began since', async () => {
    const running = await ended();
    const [started = ''] = readFileSync(eventsOf(running), 'utf8').split('\n');
    writeFileSync(eventsOf(running), `${started}\n`);
    await prepareLocks(paths);
    await noteHolder(paths, shop.guid, { operation: running, verb: 'up', by: 'ann' });
    const [, last] = [await ended(), await ended()];
    const found = await listOperations(paths, { limit: 1 });
    expect(found.map(({ id, state }) => [id, state])).toEqual([
      [last, 'succeeded'],
      [running, 'running'],
    ]);
  });

  it('of one repository, without reading those of others', async () => {
    const own = await ended();
    const other = await ended(Date.now(), { repository: mail });
    rmSync(eventsOf(other));
    mkdirSync(eventsOf(other));
    const { operations, unreadable } = await surveyOperations(paths, { guid: shop.guid });
    expect([operations.map(({ id }) => id), unreadable]).toEqual([[own], []]);
  });
});

it('one that looks lost for a moment is looked at again; one that has ended is not', async () => {
  const id = randomUUID();
  const about = { id, verb: 'up', repository: shop, origin: 'person', by: 'ann' } as const;
  const { head, log } = await openOperationLog(paths, about, Date.now);
  log.event({ type: 'started', operation: head });
  const known = new Map<string, OperationSummary>();
  const state = async (): Promise<string | undefined> => (await listOperations(paths, {}, known))[0]?.state;
  const note = (pid: number): void =>
    writeFileSync(
      join(operationFolder(paths, id), PROCESS_FILE),
      JSON.stringify({ ...identify(process.pid), pid }),
    );
  // Process ids end at 2 ** 22, so no process has this one.
  note(2 ** 30);
  expect(await state()).toBe('lost');
  note(process.pid);
  expect(await state()).toBe('running');
  log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
  log.close();
  expect([await state(), known.get(id)?.state]).toEqual(['succeeded', 'succeeded']);
});

/** Puts things in the place of a file that an operation has written. */
const SPOILERS: readonly [string, (path: string) => void][] = [
  ['null', (path) => writeFileSync(path, 'null\n')],
  ['an array', (path) => writeFileSync(path, '[1,2]\n[]\n')],
  ['a number', (path) => writeFileSync(path, '7\n')],
  ['zeros', (path) => writeFileSync(path, Buffer.alloc(8192))],
  ['no UTF-8', (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x0a, 0xc3, 0x28, 0x0a]))],
  ['an object of something else', (path) => writeFileSync(path, '{"n":0,"type":"started"}\n')],
  ['a folder', (path) => mkdirSync(path)],
  ['a pipe', (path) => void spawnSync('mkfifo', [path])],
  ['a link to itself', (path) => symlinkSync(path, path)],
  ['a link to a device without end', (path) => symlinkSync('/dev/zero', path)],
  [
    'a gigabyte without a line end',
    (path) => {
      writeFileSync(path, 'x');
      truncateSync(path, 1024 ** 3);
    },
  ],
  ['a deep nest', (path) => writeFileSync(path, '['.repeat(100_000) + '\n')],
];

describe.each(SPOILERS)('%s in the place of a file', (_, spoil) => {
  const replace = (path: string): void => {
    rmSync(path, { force: true });
    spoil(path);
  };

  it('of events is an entry of its own, and costs no other operation its place', async () => {
    const [before, spoiled, after] = [await ended(), await ended(), await ended()];
    replace(eventsOf(spoiled));
    rmSync(indexFile());
    const { operations, unreadable } = await surveyOperations(paths, {});
    expect(operations.map(({ id }) => id)).toEqual([after, before]);
    const error = { code: 'operation-log-damaged', details: { id: spoiled } };
    expect(unreadable).toMatchObject([{ id: spoiled, state: 'unreadable', error }]);
  });

  it('of the process note means that nothing runs', async () => {
    const [spoiled, after] = [await ended(), await ended()];
    replace(join(operationFolder(paths, spoiled), PROCESS_FILE));
    expect(await listed()).toEqual([after, spoiled]);
    expect(await cancelOperation(paths, spoiled)).toBe(false);
  });

  it('of the index is made anew, with the same order and the next number', async () => {
    const ids = [await ended(30), await ended(10), await ended(20)];
    replace(indexFile());
    expect(await listed()).toEqual([...ids].reverse());
    const next = await ended(5);
    expect([(await showOperation(paths, next)).sequence, (await listed())[0]]).toEqual([4, next]);
    expect(readFileSync(indexFile(), 'utf8')).toContain(next);
  });

  it('of events or of output ends the reading of that log, and not later', async () => {
    const id = await ended();
    replace(join(operationFolder(paths, id), 'output.000000000000000'));
    const sink = { event: () => Promise.resolve(), output: () => Promise.resolve() };
    const from = { event: 0, output: 0 };
    const { signal } = new AbortController();
    expect(await readLog(paths, operationFolder(paths, id), from, sink, signal)).toBe('verdict');
    const gone = { pid: 1, startTime: '0', bootId: 'another boot' };
    writeFileSync(join(operationFolder(paths, id), PROCESS_FILE), JSON.stringify(gone));
    replace(eventsOf(id));
    const end = await readLog(paths, operationFolder(paths, id), from, sink, signal).catch(
      (error: unknown) => (error as { code: string }).code,
    );
    expect(['lost', 'operation-log-damaged']).toContain(end);
  });
});

it('the spoiled note of the process of an operation that runs neither ends it nor keeps it from being cancelled', async () => {
  const running = await ended();
  const [started = ''] = readFileSync(eventsOf(running), 'utf8').split('\n');
  writeFileSync(eventsOf(running), `${started}\n`);
  writeFileSync(join(operationFolder(paths, running), PROCESS_FILE), Buffer.alloc(100));
  const child = spawn('sleep', ['600']);
  onTestFinished(() => void child.kill('SIGKILL'));
  await prepareLocks(paths);
  const note = { operation: running, verb: 'up', by: 'ann', process: identify(child.pid ?? 0) };
  writeFileSync(holderFile(paths, shop.guid), JSON.stringify(note));
  expect((await showOperation(paths, running)).state).toBe('running');
  const exited = once(child, 'exit');
  const [isAsked, exit] = await Promise.all([cancelOperation(paths, running), exited]);
  expect([isAsked, exit]).toEqual([true, [null, 'SIGTERM']]);
  expect((await showOperation(paths, running)).state).toBe('lost');
});

const isRoot = process.getuid?.() === 0;

describe('the index', () => {
  it.skipIf(!isRoot)(
    `keeps nothing from running or being listed while the disk does not give it${isRoot ? '' : ' (SKIPPED: needs root)'}`,
    async () => {
      const ids = [await ended(), await ended()];
      // A file of which no byte can be read or written: EIO.
      execFileSync('mount', ['--bind', `/proc/${process.pid}/mem`, indexFile()]);
      try {
        expect(() => readFileSync(indexFile())).toThrow('EIO');
        ids.push(await ended());
        expect(await listed()).toEqual([...ids].reverse());
        expect((await showOperation(paths, ids[2] ?? '')).sequence).toBe(3);
      } finally {
        execFileSync('umount', ['--lazy', indexFile()]);
      }
    },
  );

  it('does not have heads that cannot be read, and these are not read again at each list', async () => {
    const id = await ended();
    writeFileSync(eventsOf(id), 'x'.repeat(1024 * 1024));
    rmSync(indexFile());
    const bytesRead = (): number => Number(/^rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
    const costOf = async (work: () => Promise<unknown>): Promise<number> => {
      const before = bytesRead();
      await work();
      return bytesRead() - before;
    };
    expect(await costOf(() => knownLogs(paths))).toBeGreaterThan(64 * 1024);
    expect(await costOf(() => knownLogs(paths))).toBeLessThan(64 * 1024);
    appendFileSync(eventsOf(id), 'x');
    expect(await costOf(() => knownLogs(paths))).toBeGreaterThan(64 * 1024);
  });

  it('tells what a log is about whose first line is spoiled', async () => {
    const id = await ended();
    const [first = '', ...rest] = readFileSync(eventsOf(id), 'utf8').split('\n');
    writeFileSync(eventsOf(id), ['\0'.repeat(first.length), ...rest].join('\n'));
    expect(await listOperations(paths, {})).toMatchObject([{ id, state: 'succeeded', repository: shop }]);
  });

  it('goes on after a line that a power cut left half, and after spoiled ones', async () => {
    const ids = [await ended(), await ended()];
    truncateSync(indexFile(), readFileSync(indexFile()).length - 20);
    ids.push(await ended());
    appendFileSync(indexFile(), 'null\n{"id":"x"}\n[]\n\0\0\0\n{"sequence":1e300}\n');
    ids.push(await ended());
    expect(await listed()).toEqual([...ids].reverse());
    expect((await listOperations(paths, {})).map(({ sequence }) => sequence)).toEqual([4, 3, 2, 1]);
  });

  it('is not believed about a log that is gone', async () => {
    const [gone, there] = [await ended(), await ended()];
    rmSync(operationFolder(paths, gone), { recursive: true });
    expect(await listed()).toEqual([there]);
  });

  it('gives each of many that begin at once a number of its own', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => ended()));
    const sequences = (await listOperations(paths, {})).map(({ sequence }) => sequence);
    expect([ids.length, sequences]).toEqual([12, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]]);
  });
});
