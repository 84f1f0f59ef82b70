import { spawn } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import { arrival } from '../../tests/support/arrival.ts';
import { makeSmallDisk } from '../../tests/support/smallDisk.ts';
import { journalFolder, spareJournalFolder } from '../paths.ts';
import { bootClock } from '../process.ts';
import { lookClock, shopLook } from './journal.fixtures.ts';
import { createJournalKeeper } from './journalKeeper.ts';
import { readJournal, sendJournal } from './journalReader.ts';
import { appendLines } from './journalWriter.ts';
import { createQueue } from './queue.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-journal-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const paths = (machine = join(folder, 'machine')) => ({
  datastore: folder,
  run: join(folder, 'run'),
  machine,
});
const files = (): string[] => readdirSync(journalFolder(paths())).filter((name) => name.endsWith('.jsonl'));
const newestFile = (): string => join(journalFolder(paths()), files().sort().at(-1) ?? '');
const summary = (entries: readonly JournalEntry[]): string[] =>
  entries.map(({ kind, count, ended }) => [kind, count, ended === undefined ? 'on' : 'over'].join(' '));
const dead = { state: 'exited', exitCode: 1 };

describe('a journal', () => {
  it('is kept by one keeper after the other: nothing is told twice, and what is over meanwhile ends', async () => {
    const clock = lookClock();
    const first = createJournalKeeper({ paths: paths(), clock });
    await first.observe(shopLook(0));
    await first.observe(shopLook(0, dead));
    // Another one, as after a kill: nothing was closed.
    const second = createJournalKeeper({ paths: paths(), clock });
    await second.observe(shopLook(0, dead));
    expect(summary((await readJournal(paths(), {}, clock())).entries)).toEqual(['container-died 1 on']);
    await createJournalKeeper({ paths: paths(), clock }).observe(shopLook(0));
    const { entries } = await readJournal(paths(), {}, clock());
    expect(summary(entries)).toEqual(['container-died 1 over']);
    expect(entries).toMatchObject([{ n: 2, entry: 1 }]);
  });

  it('counts on what happened between two keepers, and numbers go on', async () => {
    const clock = lookClock();
    await createJournalKeeper({ paths: paths(), clock }).observe(shopLook(1));
    await createJournalKeeper({ paths: paths(), clock }).observe(shopLook(3));
    await createJournalKeeper({ paths: paths(), clock }).observe(shopLook(4));
    expect((await readJournal(paths(), {}, clock())).entries).toMatchObject([{ n: 2, entry: 1, count: 3 }]);
  });

  it('leaves numbers out after a reboot, as lines with them may have been read and lost', async () => {
    const before = lookClock();
    const keeper = createJournalKeeper({ paths: paths(), clock: before });
    await keeper.observe(shopLook(0));
    await keeper.observe(shopLook(0, dead));
    const clock = lookClock('two', 7_200_000);
    await createJournalKeeper({ paths: paths(), clock }).observe(shopLook(0));
    const { entries } = await readJournal(paths(), {}, clock());
    expect(summary(entries)).toEqual(['container-died 1 over', 'booted 1 over']);
    expect(Math.min(...entries.map(({ n }) => n))).toBeGreaterThan(1000);
  });

  it('is root’s alone', async () => {
    await createJournalKeeper({ paths: paths(), clock: lookClock() }).observe(shopLook(0));
    await createJournalKeeper({ paths: paths(), clock: lookClock() }).observe(shopLook(3));
    const modes = await Promise.all(
      [journalFolder(paths()), newestFile(), join(journalFolder(paths()), 'kept.json')].map(
        async (path) => (await stat(path)).mode & 0o777,
      ),
    );
    expect(modes).toEqual([0o700, 0o600, 0o600]);
  });

  it('has the last words of a container, ten lines of plain text at most', async () => {
    const clock = lookClock();
    const lines = [
      ...Array.from({ length: 12 }, (_, line) => `line ${line}`),
      '\u001b[2Jbad\u0007'.repeat(100),
    ];
    const lastWords = () => Promise.resolve({ exitCode: 137, outOfMemory: true, lines });
    const keeper = createJournalKeeper({ paths: paths(), clock, lastWords });
    await keeper.observe(shopLook(0));
    await keeper.observe(shopLook(1));
    const [entry] = (await readJournal(paths(), {}, clock())).entries;
    expect(entry).toMatchObject({ kind: 'out-of-memory', details: { exitCode: 137, restarts: 1, kills: 1 } });
    expect(entry?.lastLines?.length).toBe(10);
    expect(entry?.lastLines?.at(0)).toBe('line 3');
    expect(entry?.lastLines?.at(-1)).toMatch(/^[[\]2Jbad]{240}$/);
  });

  it('does not wait for last words that do not come', async () => {
    const clock = lookClock();
    const lastWords = () => new Promise<never>(() => undefined);
    const keeper = createJournalKeeper({ paths: paths(), clock, lastWords });
    await keeper.observe(shopLook(0));
    await keeper.observe(shopLook(1));
    expect(summary((await readJournal(paths(), {}, clock())).entries)).toEqual(['container-died 1 over']);
  });

  it('writes last words that come late with the next look, and once', async () => {
    const clock = lookClock();
    let say: (words: { lines: string[] }) => void = () => undefined;
    const said = new Promise<{ lines: string[] }>((resolve) => {
      say = resolve;
    });
    const keeper = createJournalKeeper({ paths: paths(), clock, lastWords: () => said });
    await keeper.observe(shopLook(0));
    await keeper.observe(shopLook(1));
    const told = async () => (await readJournal(paths(), {}, clock())).entries;
    expect((await told())[0]?.lastLines).toBeUndefined();
    say({ lines: ['panic'] });
    await said;
    await keeper.observe(shopLook(1));
    const [entry, ...more] = await told();
    expect([entry?.lastLines, more]).toEqual([['panic'], []]);
    await keeper.observe(shopLook(1));
    expect((await told())[0]?.n).toBe(entry?.n);
  });

  it.each<[string, (path: string) => void, number]>([
    ['a line that breaks off', (path) => truncateSync(path, statSync(path).size - 30), 1],
    ['zeros', (path) => appendFileSync(path, Buffer.alloc(4096)), 1],
    ['no text at all', (path) => appendFileSync(path, Buffer.from([0xff, 0xfe, 0x0a, 0x0a, 0x80, 0x0a])), 2],
    ['a line that is none', (path) => appendFileSync(path, '{"n": -1}\n[]\nnull\n'), 3],
  ])('goes on after %s, and says so', async (_, spoil, spoiled) => {
    const clock = lookClock();
    const keeper = createJournalKeeper({ paths: paths(), clock });
    await keeper.observe(shopLook(0));
    await keeper.observe(shopLook(1));
    await keeper.observe(shopLook(1, { health: 'unhealthy' }));
    spoil(newestFile());
    const next = createJournalKeeper({ paths: paths(), clock });
    await next.observe(shopLook(2, { health: 'unhealthy' }));
    expect(next.problem()).toBeUndefined();
    const { entries, notices } = await readJournal(paths(), {}, clock());
    expect(summary(entries)).toContain('container-died 2 over');
    expect(notices).toEqual([{ code: 'journal-spoiled', details: { lines: spoiled } }]);
  });

  it('goes on where a folder, a pipe or nonsense stands in the place of its files', async () => {
    const clock = lookClock();
    const keeper = createJournalKeeper({ paths: paths(), clock });
    await keeper.observe(shopLook(0));
    await keeper.observe(shopLook(1));
    await mkdir(join(journalFolder(paths()), 'lines.000000000000002.jsonl'));
    writeFileSync(join(journalFolder(paths()), 'kept.json'), '{"next": "many"');
    const next = createJournalKeeper({ paths: paths(), clock });
    await next.observe(shopLook(1));
    await next.observe(shopLook(2));
    expect(summary((await readJournal(paths(), {}, clock())).entries)).toEqual(['container-died 2 over']);
  });

  it('keeps the last word on an entry that a newer version wrote', async () => {
    const clock = lookClock();
    const keeper = createJournalKeeper({ paths: paths(), clock });
    await keeper.observe(shopLook(0));
    await keeper.observe(shopLook(1));
    const newer = { ...(JSON.parse(await readFile(newestFile(), 'utf8')) as object), n: 7, entry: 7 };
    appendFileSync(newestFile(), `${JSON.stringify({ ...newer, kind: 'route-lost', colour: 'red' })}\n`);
    const { entries, notices } = await readJournal(paths(), {}, clock());
    expect([entries.at(-1)?.kind, notices]).toEqual(['route-lost', []]);
  });

  it('never takes more than 50 MB, and what goes on is never lost with what is old', async () => {
    const line = (n: number, more: Partial<JournalEntry> = {}): JournalEntry => {
      const began = { at: n, boot: { id: 'one', uptime: n } };
      const entry = { n, entry: n, kind: 'container-died', level: 'error', count: 1, began } as const;
      return { ...entry, subject: {}, details: {}, ended: began, lastLines: ['x'.repeat(200)], ...more };
    };
    const open = line(1, { kind: 'disk-full', ended: undefined });
    await appendLines(paths(), [open], [open]);
    for (let n = 2; n < 150_000; n += 750) {
      const lines = Array.from({ length: 750 }, (_, index) => line(n + index));
      await appendLines(paths(), lines, [open]);
    }
    const sizes = files().map((name) => statSync(join(journalFolder(paths()), name)).size);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(40_000_000);
    expect(total).toBeLessThan(49_000_000);
    const { entries } = await readJournal(paths(), { limit: 10_000 }, lookClock()());
    expect(entries.length).toBe(10_000);
    expect(entries.find(({ kind }) => kind === 'disk-full')).toEqual(open);
  });
});

describe('reading a journal', () => {
  it('gives what is asked for: after a number, since an age, the newest', async () => {
    const clock = lookClock();
    const keeper = createJournalKeeper({ paths: paths(), clock });
    for (let look = 0; look < 400; look += 1)
      await keeper.observe(shopLook(look < 100 ? 0 : 1, { health: look < 350 ? 'healthy' : 'unhealthy' }));
    const now = clock();
    const ask = async (request: Parameters<typeof readJournal>[1]): Promise<string[]> =>
      summary((await readJournal(paths(), request, now)).entries);
    expect(await ask({})).toEqual(['container-died 1 over', 'container-unhealthy 1 on']);
    expect(await ask({ after: 1 })).toEqual(['container-unhealthy 1 on']);
    expect(await ask({ after: 2 })).toEqual([]);
    expect(await ask({ since: 60_000 })).toEqual(['container-unhealthy 1 on']);
    expect(await ask({ since: 3_600_000 })).toEqual(['container-died 1 over', 'container-unhealthy 1 on']);
    expect(await ask({ limit: 1 })).toEqual(['container-unhealthy 1 on']);
  });

  /** Writes segments, the oldest first: lines as [number, entry, the hours since it was over; none while it goes on]. */
  const writeSegments = async (
    ...segments: (readonly [n: number, entry: number, hoursAgo?: number])[][]
  ): Promise<void> => {
    await mkdir(journalFolder(paths()), { recursive: true });
    for (const lines of segments) {
      const text = lines.map(([n, entry, hoursAgo]) => {
        const began = momentAgo(20);
        const ended = hoursAgo === undefined ? {} : { ended: momentAgo(hoursAgo) };
        const about = { kind: 'container-died', level: 'error', subject: {}, details: {}, count: 1 };
        return `${JSON.stringify({ n, entry, ...about, began, ...ended })}\n`;
      });
      const name = `lines.${String(lines[0]?.[0]).padStart(15, '0')}.jsonl`;
      writeFileSync(join(journalFolder(paths()), name), text.join(''));
    }
  };
  const momentAgo = (hours: number) => ({
    ...{ at: 1_800_000_000_000 - hours * 3_600_000 },
    boot: { id: 'one', uptime: 360_000_000 - hours * 3_600_000 },
  });
  const sinceHours = async (hours: number): Promise<number[]> =>
    (await readJournal(paths(), { since: hours * 3_600_000 }, momentAgo(0))).entries.map(
      ({ entry }) => entry,
    );

  it('goes on beyond a segment that has only lines of what a newer one tells', async () => {
    await writeSegments(
      [
        [1, 1],
        [2, 2, 5],
      ],
      [[3, 1]],
      [[4, 1]],
    );
    expect(await sinceHours(8)).toEqual([2, 1]);
  });

  it('does not tell what was over long ago by an older line of it', async () => {
    await writeSegments(
      [
        [1, 1],
        [2, 2, 5],
      ],
      [
        [3, 1, 10],
        [4, 3],
      ],
    );
    expect(await sinceHours(8)).toEqual([2, 3]);
  });

  it('has in memory what one reader of a connection does not take, and holds up no other connection', async () => {
    await writeSegments([[1, 1]]);
    const own = createQueue(1);
    const stop = new AbortController();
    const begun: string[] = [];
    const read = (name: string, isTaking: boolean, hold = own): Promise<string> => {
      const stuck = new Promise<void>((resolve) => {
        stop.signal.addEventListener('abort', () => resolve());
      });
      const entry = (): Promise<void> => {
        begun.push(name);
        return isTaking ? Promise.resolve() : stuck;
      };
      return sendJournal(paths(), {}, { entry, notice: () => Promise.resolve() }, stop.signal, hold);
    };
    const own1 = read('first', false);
    const own2 = read('second', false);
    await read('other connection', true, createQueue(1));
    await read('other connection', true, createQueue(1));
    expect([...begun].sort()).toEqual(['first', 'other connection', 'other connection']);
    stop.abort();
    expect(await Promise.all([own1, own2])).toEqual(['closed', 'closed']);
  });

  it('of a machine that has none is empty', async () => {
    expect(await readJournal(paths(), {})).toMatchObject({
      ...{ entries: [], notices: [{ code: 'journal-unwatched' }] },
    });
  });

  /** Follows the journal from its beginning. */
  const follow = () => {
    const lines: JournalEntry[] = [];
    const stop = new AbortController();
    let wake: () => void = () => undefined;
    const sink = {
      entry: (line: JournalEntry) => {
        lines.push(line);
        wake();
        return Promise.resolve();
      },
      notice: () => Promise.resolve(),
    };
    const ended = sendJournal(paths(), { follow: true }, sink, stop.signal);
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isSo()) {
        const woken = new Promise<void>((resolve) => {
          wake = resolve;
        });
        await arrival('the awaited line', woken, () => JSON.stringify(lines.at(-1)));
      }
    };
    return { lines, stop: () => stop.abort(), ended, until };
  };

  it('goes on with each line once, in order, whoever writes it and in whichever file', async () => {
    const clock = lookClock();
    const followed = follow();
    const first = createJournalKeeper({ paths: paths(), clock });
    await first.observe(shopLook(0));
    await first.observe(shopLook(0, dead));
    await followed.until(() => followed.lines.length === 1);
    await createJournalKeeper({ paths: paths(), clock }).observe(shopLook(0));
    await followed.until(() => followed.lines.length === 2);
    const [line] = followed.lines;
    if (line === undefined) throw new Error('no line');
    const large = { ...line, ended: line.began, lastLines: ['x'.repeat(60_000)] };
    for (let n = 10; n < 60; n += 1) await appendLines(paths(), [{ ...large, n, entry: n }], []);
    await followed.until(() => followed.lines.length === 52);
    expect(files().length).toBeGreaterThan(3);
    followed.stop();
    expect(await followed.ended).toBe('closed');
    expect(followed.lines.map(({ n }) => n)).toEqual([
      1,
      2,
      ...Array.from({ length: 50 }, (_, index) => 10 + index),
    ]);
  });
});

/** The words that start a process which observes a container that is started again at each look, until it is killed. */
const WRITER = [
  ...['--import', import.meta.resolve('tsx')],
  join(import.meta.dirname, '../../tests/support/journalWriter.ts'),
];

describe('a writer', () => {
  /** Starts a writer that begins with this count of restarts, and waits until it has written some. */
  const start = async (from: number, looks: number) => {
    const words = [...WRITER, JSON.stringify(paths()), String(from)];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    let told = '';
    const begun = new Promise<void>((resolve) => {
      child.stdout.on('data', (bytes: Buffer) => {
        told += bytes.toString();
        if (told.split('\n').length > looks) resolve();
      });
    });
    await arrival('the looks of a writer', begun);
    return {
      child,
      /** Kills it, and returns the count that it wrote last. */
      kill: async () => {
        child.kill('SIGKILL');
        await ended;
        return Number(told.trim().split('\n').at(-1));
      },
    };
  };

  it('that is killed at any moment neither forgets what it decided nor decides it twice', async () => {
    let restarts = 0;
    for (let kills = 0; kills < 5; kills += 1)
      restarts = 3 + (await (await start(restarts, 3 + kills * 4)).kill());
    // Later than what is written often has to wait.
    let by = 0;
    const clock = () => ({ at: Date.now() + by, boot: later(bootClock(), by) });
    const keeper = createJournalKeeper({ paths: paths(), clock });
    await keeper.observe(shopLook(restarts - 1));
    by = 60_000;
    await keeper.observe(shopLook(restarts));
    const { entries } = await readJournal(paths(), {}, clock());
    expect(entries.map(({ count, details }) => [count, details['restarts']])).toEqual([[restarts, restarts]]);
    expect(restarts).toBeGreaterThan(40);
  });

  it('lets another process write only once it has ended', async () => {
    const { child, kill } = await start(0, 4);
    child.kill('SIGSTOP');
    const keeper = createJournalKeeper({ paths: paths() });
    const before = await readFile(newestFile(), 'utf8');
    await keeper.observe(shopLook(5000));
    expect(await readFile(newestFile(), 'utf8')).toBe(before);
    await kill();
    await keeper.observe(shopLook(5000, { health: 'unhealthy' }));
    expect(summary((await readJournal(paths(), {})).entries)).toContain('container-unhealthy 1 on');
  });
});

const later = ({ id, uptime }: { id: string; uptime: number }, by: number) => ({ id, uptime: uptime + by });

const root = process.getuid?.() === 0;
describe.skipIf(!root)(
  `a journal on a disk that takes no more${root ? '' : ' (SKIPPED: needs root)'}`,
  () => {
    it.each(['full', 'read-only'])('that is %s goes on in memory, says so, and moves back', async (how) => {
      const disk = makeSmallDisk('1m');
      try {
        const at = paths(disk.folder);
        const clock = lookClock();
        const keeper = createJournalKeeper({ paths: at, clock });
        await keeper.observe(shopLook(0));
        await keeper.observe(shopLook(1));
        if (how === 'full') disk.fill();
        else disk.remount('ro');
        await keeper.observe(shopLook(1, { health: 'unhealthy' }, 40));
        expect(keeper.problem()).toBeUndefined();
        const { entries, notices } = await readJournal(at, {}, clock());
        expect(summary(entries).slice(0, 2)).toEqual(['container-died 1 over', 'container-unhealthy 1 on']);
        expect(entries.length).toBe(41);
        expect(notices).toEqual([{ code: 'journal-in-memory', details: { folder: journalFolder(at) } }]);
        // Another keeper, while it is so: it knows what went on.
        const next = createJournalKeeper({ paths: at, clock });
        await next.observe(shopLook(1));
        if (how === 'full') rmSync(join(disk.folder, 'filler'));
        else disk.remount('rw');
        await next.observe(shopLook(2));
        const after = await readJournal(at, {}, clock());
        expect(after.notices).toEqual([]);
        const inOrder = after.entries.sort((a, b) => a.entry - b.entry);
        expect(summary(inOrder).slice(0, 2)).toEqual(['container-died 2 over', 'container-unhealthy 1 over']);
        expect(readdirSync(spareJournalFolder(at))).toEqual([]);
      } finally {
        disk.remove();
      }
    });
  },
);
