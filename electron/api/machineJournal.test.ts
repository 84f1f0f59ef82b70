import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { JournalState } from '../../shared/api/apiModel.ts';
import { AppError } from '../../shared/errors.ts';
import type { JournalEntry } from '../../shared/journal/entry.ts';
import { createManualClock } from '../../tests/support/manualClock.ts';
import type { EventsReader, EventsRequest } from '../engine/engine.ts';
import { ENTRIES_KEPT } from './keptEntries.ts';
import { createMachineJournal } from './machineJournal.ts';
import { openSeenJournals } from './seenJournals.ts';

const machine = {
  context: 'work',
  machine: { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' },
  sshKey: '/keys/id',
};
const entry = (n: number, more: Partial<JournalEntry> = {}): JournalEntry => ({
  ...{ n, entry: n, kind: 'container-died', level: 'error', subject: {}, count: 1, details: {} },
  began: { at: n, boot: { id: 'one', uptime: n } },
  ended: { at: n, boot: { id: 'one', uptime: n } },
  ...more,
});
const lines = (from: number, to: number): JournalEntry[] =>
  Array.from({ length: to - from + 1 }, (_, at) => entry(from + at));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Makes the journal of a machine that a test plays, in a run of the program. */
function run(written: JournalEntry[], { looked = true, error }: { looked?: boolean; error?: AppError } = {}) {
  const clock = createManualClock();
  const seenJournals = openSeenJournals(folder, clock);
  const asked: EventsRequest[] = [];
  const look = { looked };
  const machineSays = { error };
  let follower: EventsReader | undefined;
  const states: JournalState[] = [];
  const engine = {
    events: async (_: unknown, request: EventsRequest, reader: EventsReader, signal: AbortSignal) => {
      asked.push(request);
      if (machineSays.error) throw machineSays.error;
      const { after = 0, limit = 1000, follow = false } = request;
      for (const line of written.filter(({ n }) => n > after).slice(-limit)) await reader.onEntry(line);
      if (!follow) return;
      follower = reader;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      follower = undefined;
    },
  };
  const journal = createMachineJournal(
    { engine, seenJournals, isLooked: () => look.looked },
    machine,
    (state) => states.push(state),
  );
  return {
    ...{ journal, asked, look, machineSays, seenJournals, written },
    state: () => states.at(-1),
    told: () => states.at(-1)?.away.entries.map(({ n }) => n),
    followed: () => expect.poll(() => follower !== undefined).toBe(true),
    /** Writes a line on the machine, which whoever follows is sent. */
    write: async (line: JournalEntry) => {
      written.push(line);
      await follower?.onEntry(line);
    },
  };
}

test('what happened before the first connection is known, and is nothing to tell', async () => {
  const { journal, followed, state } = run(lines(1, 5));
  journal.connected();
  journal.connected();
  await followed();
  expect(state()).toEqual({ newest: 5, away: { entries: [], count: 0, upto: 5 } });
});

test('what happened between two connections is told until it is dismissed, over restarts of the program, once', async () => {
  const first = run(lines(1, 5));
  first.journal.connected();
  await first.followed();
  await first.write(entry(6));
  expect(first.told()).toEqual([]);
  first.journal.lost();
  first.written.push(entry(7), entry(8));
  first.journal.connected();
  await first.followed();
  expect(first.told()).toEqual([8, 7]);
  await first.seenJournals.keep();

  const second = run(lines(1, 9));
  second.journal.connected();
  await second.followed();
  expect(second.told()).toEqual([9, 8, 7]);
  await second.write(entry(10));
  expect(second.told()).toEqual([9, 8, 7]);
  await second.journal.dismiss(9);
  expect(second.told()).toEqual([]);

  const third = run(lines(1, 11));
  third.journal.connected();
  await third.followed();
  expect(third.told()).toEqual([11]);
});

test('what comes while nobody looks at a window waits to be told', async () => {
  const { journal, followed, write, look, told } = run(lines(1, 2));
  journal.connected();
  await followed();
  look.looked = false;
  await write(entry(3));
  look.looked = true;
  await write(entry(4));
  expect(told()).toEqual([3]);
});

test('after a lost connection only what is new is asked for, unless the journal has begun anew', async () => {
  const { journal, followed, asked, written, state } = run(lines(1, 5));
  journal.connected();
  await followed();
  journal.lost();
  written.push(entry(6));
  journal.connected();
  await expect.poll(() => asked.length).toBe(4);
  expect(asked.map(({ after, follow }) => [after, follow])).toEqual([
    [undefined, undefined],
    [5, true],
    [4, undefined],
    [6, true],
  ]);
  journal.lost();
  written.splice(0, written.length, entry(1));
  journal.connected();
  await expect.poll(() => state()?.newest).toBe(1);
  expect(state()?.away.count).toBe(0);
  expect(await journal.read({ limit: 10 })).toMatchObject({ entries: [{ n: 1 }], older: false });
});

test('pages come out of memory, newest first, and older ones from the machine', async () => {
  const { journal, followed, asked } = run(lines(1, ENTRIES_KEPT + 50));
  journal.connected();
  await followed();
  const page = await journal.read({ limit: 3 });
  expect(page).toMatchObject({ older: true, notices: [] });
  expect(page.entries.map(({ n }) => n)).toEqual([ENTRIES_KEPT + 50, ENTRIES_KEPT + 49, ENTRIES_KEPT + 48]);
  expect(asked.length).toBe(2);
  const all = await journal.read({ limit: 1000 });
  expect(all.entries.length).toBe(ENTRIES_KEPT + 50);
  expect(all.older).toBe(false);
  expect(asked.at(-1)).toEqual({ limit: 1000 });
});

test('no more entries are kept than some hundred, and what goes on stays', async () => {
  const open = entry(1);
  delete open.ended;
  const { journal, followed, write } = run([open]);
  journal.connected();
  await followed();
  for (const line of lines(2, ENTRIES_KEPT + 20)) await write(line);
  const page = await journal.read({ limit: ENTRIES_KEPT });
  expect(page.entries.length).toBe(ENTRIES_KEPT);
  expect(page.entries.at(-1)?.n).toBe(1);
  expect(page.older).toBe(true);
});

test('an agent without a journal is told as that, and asked again once it may be another', async () => {
  const error = new AppError('agent-older', { machine: 'web', agent: '0.1.0', ours: '1.0.0' });
  const { journal, state, machineSays, followed } = run(lines(1, 2), { error });
  journal.connected();
  await expect.poll(() => state()?.error).toMatchObject({ code: 'agent-older' });
  await expect(journal.read({ limit: 5 })).rejects.toMatchObject({ code: 'agent-older' });
  machineSays.error = undefined;
  journal.connected();
  await followed();
  expect(state()).toEqual({ newest: 2, away: { entries: [], count: 0, upto: 2 } });
});

test('a file of what was seen that does not parse is no obstacle', async () => {
  await writeFile(join(folder, 'seen-journals.json'), '{ "work/web": 7');
  const { journal, followed, state } = run(lines(1, 5));
  journal.connected();
  await followed();
  expect(state()?.away.count).toBe(0);
  await journal.dismiss(5);
  expect(JSON.parse(await readFile(join(folder, 'seen-journals.json'), 'utf8'))).toEqual({
    'work/web': { known: 5, unseen: [] },
  });
});
