import { appendFile, mkdtemp, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Verdict } from '../../../shared/model.ts';
import { openHistory } from './history.ts';

const machine = { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' };
const web = { context: 'work', machine, sshKey: '/keys/id' };
const other = { ...web, context: 'home' };
const idOf = (n: number): string => `11111111-1111-4111-8111-${String(n).padStart(12, '0')}`;
const note = (n: number) => ({ id: idOf(n), verb: 'up' as const, repository: 'shop', startedAt: n });
const succeeded: Verdict = { kind: 'succeeded', failures: [], notRun: [] };

let parent: string;
let folder: string;
let file: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'rediacc-'));
  folder = join(parent, 'state');
  file = join(folder, 'history.jsonl');
});
afterEach(() => rm(parent, { recursive: true }));

test('what was noted is listed, newest first, of one machine or of all, as many as asked for', async () => {
  const history = openHistory(folder);
  expect(await history.list({})).toEqual({ entries: [] });
  await history.started(web, note(1));
  await history.started(other, note(2));
  await history.started(web, note(3));
  await history.ended(web, idOf(1), succeeded, 50);
  // As another process would, such as the app beside rdc.
  const reader = openHistory(folder);
  const first = { context: 'work', machine: 'web', ...note(1), endedAt: 50, verdict: { kind: 'succeeded' } };
  const second = { context: 'home', machine: 'web', ...note(2) };
  const third = { context: 'work', machine: 'web', ...note(3) };
  expect([
    await reader.list({}),
    await reader.list({ machine: web }),
    await reader.list({ limit: 1 }),
  ]).toEqual([{ entries: [third, second, first] }, { entries: [third, first] }, { entries: [third] }]);
});

test('a second note of the same operation corrects the first', async () => {
  const history = openHistory(folder);
  await history.started(web, note(1));
  await history.started(web, { ...note(1), startedAt: 2 });
  expect((await history.list({})).entries).toMatchObject([{ id: idOf(1), startedAt: 2 }]);
});

test("folder and file are the person's alone, and hold no output of functions", async () => {
  const history = openHistory(folder);
  await history.started(web, note(1));
  const call = { kind: 'function', file: 'Rediaccfile', function: 'prep' } as const;
  const step = { index: 0, onFailure: 'stop', ...call } as const;
  const error = { code: 'function-failed', details: { exitCode: 3 }, message: 'prep ended.' };
  const failures = [{ step, outcome: 'failed' as const, exitCode: 3, lastLines: ['password=hunter2'] }];
  await history.ended(web, idOf(1), { kind: 'failed', error, failures, notRun: [step] }, 9);
  expect((await history.list({})).entries).toMatchObject([{ verdict: { kind: 'failed', error } }]);
  expect(await readFile(file, 'utf8')).not.toContain('hunter2');
  const modes = [await stat(folder), await stat(file)].map(({ mode }) => (mode & 0o777).toString(8));
  expect(modes).toEqual(['700', '600']);
});

test('lines that cannot be read are kept aside and named; the others stay', async () => {
  const history = openHistory(folder);
  await history.started(web, note(1));
  // The first line is torn as by a power failure; the second one below is not a line of ours.
  await appendFile(file, '{"type":"ended","context":"wo');
  await history.started(web, note(2));
  await appendFile(file, '{"type":"started","context":"work","machine":"web","id":"not an id"}\n');
  const aside = join(folder, 'history.damaged.jsonl');
  const entries = [2, 1].map((n) => ({ context: 'work', machine: 'web', ...note(n) }));
  expect(await history.list({})).toEqual({ entries, keptAside: aside });
  expect(await history.list({})).toEqual({ entries });
  expect((await readFile(aside, 'utf8')).split('\n')).toEqual([
    '{"type":"ended","context":"wo',
    '{"type":"started","context":"work","machine":"web","id":"not an id"}',
    '',
  ]);
  expect(((await stat(aside)).mode & 0o777).toString(8)).toBe('600');
});

test('a line is on the disk when it counts as noted', async () => {
  const handle = await open(parent, 'r');
  const handles = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  const sync = vi.spyOn(handles, 'sync');
  try {
    await openHistory(folder).started(web, note(1));
    expect(sync).toHaveBeenCalledTimes(1);
  } finally {
    sync.mockRestore();
  }
});

test('several processes at once lose no line', async () => {
  const notes = Array.from({ length: 12 }, (_, n) => openHistory(folder).started(web, note(n)));
  await Promise.all(notes);
  const { entries, keptAside } = await openHistory(folder).list({});
  expect([new Set(entries.map(({ id }) => id)).size, keptAside]).toEqual([12, undefined]);
});

test('it does not grow without end: the newest stay', async () => {
  const limit = 4_000;
  const history = openHistory(folder, limit);
  for (let n = 0; n < 40; n++) {
    await history.started(web, note(n));
    await history.ended(web, idOf(n), succeeded, n);
  }
  expect((await stat(file)).size).toBeLessThanOrEqual(limit);
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  const { entries } = await history.list({});
  const kept = entries.map(({ startedAt }) => startedAt);
  expect(kept).toEqual(kept.map((_, index) => 39 - index));
  expect(kept.length).toBeGreaterThan(4);
  expect(entries.every(({ verdict }) => verdict?.kind === 'succeeded')).toBe(true);
});

test('of more than ten thousand operations the last ten thousand are listed', async () => {
  const history = openHistory(folder);
  await history.started(web, note(0));
  const lines = Array.from({ length: 10_050 }, (_, n) =>
    JSON.stringify({ type: 'started', context: 'work', machine: 'web', ...note(n) }),
  );
  await writeFile(file, lines.join('\n') + '\n');
  const { entries } = await history.list({});
  expect([entries.length, entries[0]?.startedAt, entries.at(-1)?.startedAt]).toEqual([10_000, 10_049, 50]);
});
