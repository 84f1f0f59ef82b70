import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationEvent, Verdict } from '../../../shared/model.ts';
import { makeSmallDisk } from '../../../tests/support/smallDisk.ts';
import { readLog } from './logReader.ts';
import { parseJson } from '../../json.ts';
import type { Paths } from '../../paths.ts';
import { EVENTS_FILE } from './events.ts';
import { PROCESS_FILE } from './logProcess.ts';
import { createLog, logFolder, openOperationLog } from './operationLog.ts';
import type { OperationLog } from './operationLog.ts';
import { listOperations, showOperation } from '../knownOperations.ts';
import { arrival } from '../../../tests/support/arrival.ts';

/** The words before a command that run it where the kernel gives out no inotify instance. */
const WITHOUT_WATCHES = [
  ...['unshare', '-Ur', 'sh', '-c'],
  ...['echo 0 > /proc/sys/user/max_inotify_instances && exec "$@"', 'sh'],
];
const canForbidWatches = spawnSync('unshare', [...WITHOUT_WATCHES.slice(1), 'true']).status === 0;

const id = randomUUID();
const guid = randomUUID();
let datastore: string;
let folder: string;
beforeEach(() => {
  datastore = mkdtempSync(join(tmpdir(), 'rediacc-log-'));
  folder = join(datastore, '.operations', id);
});
afterEach(() => rmSync(datastore, { recursive: true, force: true }));

const paths = (): Paths => ({ datastore, run: join(datastore, 'run') });
const head = {
  id,
  verb: 'up',
  repository: { guid, name: 'shop' },
  origin: 'person',
  by: 'anna',
  startedAt: 5,
} as const;
/** Parses the lines of a file of events. */
const parseEvents = (text: string): OperationEvent[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => parseJson(line) as OperationEvent);
const verdict: Verdict = { kind: 'succeeded', failures: [], notRun: [] };

async function begin(segmentBytes?: number): Promise<OperationLog> {
  const log = await createLog(folder, () => 7, segmentBytes);
  log.event({ type: 'started', operation: head });
  return log;
}

async function readAll(
  from = { event: 0, output: 0 },
): Promise<{ end: string; seen: string[]; missing: number }> {
  const seen: string[] = [];
  let expected = from.output;
  let missing = 0;
  const end = await readLog(
    paths(),
    folder,
    from,
    {
      event: (event: OperationEvent) => Promise.resolve(void seen.push(`${event.n} ${event.type}`)),
      output: (bytes, position) => {
        missing += position - expected;
        expected = position + bytes.length;
        return Promise.resolve(void seen.push(Buffer.from(bytes).toString()));
      },
    },
    new AbortController().signal,
  );
  return { end, seen, missing };
}

/** Notes a process of another boot as the operation's: as after a power cut, the process is gone. */
function forgetProcess(): void {
  writeFileSync(
    join(folder, PROCESS_FILE),
    JSON.stringify({ pid: 1, startTime: '0', bootId: 'another boot' }),
  );
}

describe('an operation log', () => {
  it('is read in the order it was written, output before the event that followed it', async () => {
    const log = await begin();
    log.output(Buffer.from('one'));
    log.event({ type: 'notice', notice: { code: 'x', details: {} } });
    log.output(Buffer.from('two'));
    log.event({ type: 'verdict', verdict });
    log.close();
    expect(await readAll()).toEqual({
      end: 'verdict',
      seen: ['0 started', 'one', '1 notice', 'two', '2 verdict'],
      missing: 0,
    });
    expect((await readAll({ event: 1, output: 2 })).seen).toEqual(['e', '1 notice', 'two', '2 verdict']);
  });

  it('can be followed while it is written', async () => {
    const log = await begin();
    const reading = readAll();
    log.output(Buffer.from('late'));
    await new Promise(setImmediate);
    log.event({ type: 'verdict', verdict });
    log.close();
    expect((await reading).seen.join('|')).toBe('0 started|late|1 verdict');
  });

  it('is root’s alone', async () => {
    (await begin()).close();
    const modes = await Promise.all(
      [folder, join(folder, EVENTS_FILE)].map(async (path) => (await stat(path)).mode),
    );
    expect(modes.map((mode) => mode & 0o777)).toEqual([0o700, 0o600]);
  });

  it('is lost, and says so, when its process is gone without a verdict', async () => {
    const log = await begin();
    log.output(Buffer.from('half'));
    log.close();
    expect((await showOperation(paths(), id)).state).toBe('running');
    forgetProcess();
    expect(await readAll()).toEqual({ end: 'lost', seen: ['0 started', 'half'], missing: 0 });
    expect(await showOperation(paths(), id)).toMatchObject({
      state: 'lost',
      verdict: { kind: 'lost' },
    });
  });

  it('survives a last line that a power cut left half', async () => {
    const log = await begin();
    log.event({ type: 'notice', notice: { code: 'x', details: {} } });
    log.close();
    const events = join(folder, EVENTS_FILE);
    truncateSync(events, (await readFile(events)).length - 3);
    forgetProcess();
    expect(await readAll()).toEqual({ end: 'lost', seen: ['0 started'], missing: 0 });
    const listed = await listOperations(paths(), {});
    expect(listed.map((one) => [one.id, one.state])).toEqual([[id, 'lost']]);
  });

  it.each([
    '\0\0\0',
    'null',
    '[]',
    '7',
    '"text"',
    '{}',
    '{"n":1}',
    '{"n":1,"at":1,"output":0,"type":"verdict"}',
  ])('is read with a notice in the place of a line that the disk has spoiled: %j', async (line) => {
    const log = await begin();
    log.close();
    const notice = { n: 2, at: 7, output: 0, type: 'notice', notice: { code: 'x', details: {} } };
    appendFileSync(join(folder, EVENTS_FILE), `${line}\n${JSON.stringify(notice)}\n`);
    forgetProcess();
    const events: OperationEvent[] = [];
    const sink = {
      event: (event: OperationEvent) => Promise.resolve(void events.push(event)),
      output: () => Promise.resolve(),
    };
    const from = { event: 0, output: 0 };
    expect(await readLog(paths(), folder, from, sink, new AbortController().signal)).toBe('lost');
    expect(events.slice(1)).toEqual([
      { n: 1, at: 7, output: 0, type: 'notice', notice: { code: 'event-unreadable', details: { line: 2 } } },
      notice,
    ]);
    expect((await readAll({ event: 2, output: 0 })).seen).toEqual(['2 notice']);
    const listed = await listOperations(paths(), {});
    expect(listed.map((one) => [one.id, one.state])).toEqual([[id, 'lost']]);
  });

  it.skipIf(!canForbidWatches)(
    `is followed where the kernel has no watch left${canForbidWatches ? '' : ' (SKIPPED: needs unshare)'}`,
    async () => {
      const log = await begin();
      const script = join(datastore, 'follow.ts');
      writeFileSync(
        script,
        `import { watch } from 'node:fs';
        import { awaitVerdict } from '${join(import.meta.dirname, 'logReader.ts')}';
        const folder = ${JSON.stringify(folder)};
        try {
          watch(folder);
          console.log('there are watches');
        } catch {
          const verdict = awaitVerdict({ datastore: '', run: ${JSON.stringify(paths().run)} }, folder, new AbortController().signal);
          console.log('follows');
          verdict.then((ended) => console.log(ended?.kind));
        }`,
      );
      const tsx = import.meta.resolve('tsx');
      const [program, ...words] = [...WITHOUT_WATCHES, process.execPath, '--import', tsx, script];
      const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'inherit'] });
      const exited = once(child, 'exit');
      const heard = async (): Promise<string> =>
        String((await arrival('a word of the reader', once(child.stdout, 'data')))[0]).trim();
      expect(await heard()).toBe('follows');
      const ended = heard();
      log.event({ type: 'verdict', verdict });
      log.close();
      expect(await ended).toBe('succeeded');
      await arrival('the end of the reader', exited);
    },
  );

  it('drops the middle of a flood and lets the reader count what is missing', async () => {
    const log = await begin(10);
    for (let index = 0; index < 40; index += 1) log.output(Buffer.from(String(index).padStart(10, '.')));
    log.event({ type: 'verdict', verdict });
    log.close();
    expect(readdirSync(folder).filter((name) => name.startsWith('output.')).length).toBe(16);
    const { seen, missing } = await readAll();
    expect(missing).toBe(240);
    expect(seen.filter((one) => one.startsWith('.')).length).toBe(16);
    expect([seen[1], seen[8], seen[9], seen.at(-2)]).toEqual([
      '.........0',
      '.........7',
      '........32',
      '........39',
    ]);
  });

  it('never runs the same operation twice', async () => {
    (await begin()).close();
    await expect(createLog(folder, () => 7)).rejects.toMatchObject({ code: 'EEXIST' });
  });

  const isRoot = process.getuid?.() === 0;
  it.skipIf(!isRoot)(
    `keeps its verdict on a full disk${isRoot ? '' : ' (SKIPPED: needs root)'}`,
    async () => {
      const disk = makeSmallDisk('1m');
      try {
        const log = await createLog(join(disk.folder, 'log', id), () => 7);
        log.event({ type: 'started', operation: head });
        for (let index = 0; index < 40; index += 1) log.output(Buffer.alloc(64 * 1024, 'x'));
        for (let index = 0; index < 100; index += 1)
          log.event({ type: 'notice', notice: { code: 'x', details: {} } });
        log.event({ type: 'verdict', verdict });
        log.close();
        const events = parseEvents(await readFile(join(disk.folder, 'log', id, EVENTS_FILE), 'utf8'));
        expect([events.length, events.at(-1)?.type]).toEqual([102, 'verdict']);
      } finally {
        disk.remove();
      }
    },
  );

  it.skipIf(!isRoot)(
    `keeps its verdict where no file can be made for more output${isRoot ? '' : ' (SKIPPED: needs root)'}`,
    async () => {
      // The disk's own root, folders, events, output, reserve, process and three more segments.
      const disk = makeSmallDisk('1m,nr_inodes=10');
      try {
        const log = await createLog(join(disk.folder, 'log', id), () => 7, 10);
        log.event({ type: 'started', operation: head });
        for (let index = 0; index < 40; index += 1) log.output(Buffer.alloc(10, 'x'));
        const written = log.position();
        log.event({ type: 'verdict', verdict });
        log.close();
        const events = parseEvents(await readFile(join(disk.folder, 'log', id, EVENTS_FILE), 'utf8'));
        expect([events.length, events.at(-1)?.type]).toEqual([2, 'verdict']);
        expect([written > 0, written < 400, events.at(-1)?.output]).toEqual([true, true, written]);
      } finally {
        disk.remove();
      }
    },
  );

  it.skipIf(!isRoot)(
    `begins elsewhere while the disk is full, and is found${isRoot ? '' : ' (SKIPPED: needs root)'}`,
    async () => {
      const disk = makeSmallDisk('1m');
      const paths = { datastore: disk.folder, run: datastore };
      disk.fill();
      try {
        const opened = await openOperationLog(paths, head, () => 7);
        const { log } = opened;
        log.event({ type: 'started', operation: opened.head });
        log.event({ type: 'verdict', verdict });
        log.close();
        folder = logFolder(paths, id);
        expect((await readAll()).seen).toEqual(['0 started', '1 verdict']);
        const listed = await listOperations(paths, {});
        expect(listed.map((one) => [one.id, one.state])).toEqual([[id, 'succeeded']]);
        expect(
          readdirSync(join(disk.folder, '.operations')).filter((name) => name !== 'index.jsonl'),
        ).toEqual([]);
        expect(listed[0]?.sequence).toBe(1);
      } finally {
        disk.remove();
      }
    },
  );
});
