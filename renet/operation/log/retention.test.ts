import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Paths } from '../../paths.ts';
import { identify } from '../../process.ts';
import { EVENTS_FILE } from './events.ts';
import { logFolder, openOperationLog } from './operationLog.ts';
import { INDEX_FILE } from './logIndex.ts';
import { PROCESS_FILE } from './logProcess.ts';
import { removeOldLogs } from './retention.ts';

const DAY = 24 * 60 * 60 * 1000;
const YEAR = 365 * DAY;
const NOW = 1_800_000_000_000;
const MEBIBYTE = 1024 * 1024;

let paths: Paths;
beforeEach(() => {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-retention-'));
  paths = { datastore, run: join(datastore, 'run') };
});
afterEach(() => rmSync(paths.datastore, { recursive: true }));

const shop = { guid: '2d25d88d-e186-48b0-aff3-500528150a52', name: 'shop' };
const mail = { guid: '812ca596-fe2e-4059-a76c-a8f0d33badf2', name: 'mail' };

/** The machine as it is when old logs are removed: up for two days. */
const BOOT = { id: 'this boot', uptime: 2 * DAY };

/**
 * Makes the log of an operation that has ended. `boot`: the boot it began in, and how long the machine had been up.
 * `bytes`: of its output, none on the disk.
 */
async function ended({
  at = NOW,
  boot = BOOT,
  bytes = 0,
  repository = shop,
  indexed = false,
}: {
  at?: number;
  boot?: { id: string; uptime: number };
  bytes?: number;
  repository?: typeof shop;
  indexed?: boolean;
}): Promise<string> {
  const id = randomUUID();
  const about = { id, verb: 'up', repository, origin: 'person', by: 'ann' } as const;
  const { head, log } = await openOperationLog(paths, about, () => at);
  log.event({ type: 'started', operation: { ...head, boot } });
  log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
  log.close();
  truncateSync(join(logFolder(paths, id), 'output.000000000000000'), bytes);
  const gone = { pid: 1, startTime: '0', bootId: 'another boot' };
  writeFileSync(join(logFolder(paths, id), PROCESS_FILE), JSON.stringify(gone));
  // The index has the boot that this test runs in; the log has the one of the test.
  if (!indexed) rmSync(join(logFolder(paths, id), '..', INDEX_FILE), { force: true });
  return id;
}

const isKept = (id: string): boolean => existsSync(logFolder(paths, id));

describe('removeOldLogs by size', () => {
  it('lets one operation with a large log cost none of another repository, and its own only beyond 1 GiB', async () => {
    const others = [await ended({ repository: mail }), await ended({ repository: mail })];
    const before = [await ended({}), await ended({})];
    const large = await ended({ bytes: 1000 * MEBIBYTE });
    await removeOldLogs(paths, { guid: shop.guid, now: BOOT });
    expect([...others, ...before, large].map(isKept)).toEqual([true, true, true, true, true]);
    const last = await ended({ bytes: 100 * MEBIBYTE });
    await removeOldLogs(paths, { guid: shop.guid, now: BOOT });
    expect([...others, ...before, large, last].map(isKept)).toEqual([true, true, false, false, false, true]);
  });

  it('takes the oldest first by number, though its clock was ahead', async () => {
    const first = await ended({ at: NOW + YEAR, bytes: 600 * MEBIBYTE });
    const second = await ended({ bytes: 600 * MEBIBYTE });
    const third = await ended({ at: NOW - YEAR });
    await removeOldLogs(paths, { guid: shop.guid, now: BOOT });
    expect([first, second, third].map(isKept)).toEqual([false, true, true]);
  });

  it('never takes the newest of a repository, nor one that runs, nor one that nobody can read', async () => {
    const running = await ended({ bytes: 1100 * MEBIBYTE });
    writeFileSync(join(logFolder(paths, running), PROCESS_FILE), JSON.stringify(identify(process.pid)));
    const newest = await ended({ bytes: 1100 * MEBIBYTE });
    const spoiled = join(paths.datastore, '.operations', randomUUID());
    mkdirSync(spoiled);
    writeFileSync(join(spoiled, EVENTS_FILE), 'null\n');
    await removeOldLogs(paths, { guid: shop.guid, now: BOOT });
    expect([isKept(running), isKept(newest), existsSync(spoiled)]).toEqual([true, true, true]);
  });
});

describe('removeOldLogs by age', () => {
  it('removes what the machine has been up for 90 days since, and what was begun before it', async () => {
    const before = await ended({ boot: { id: 'first', uptime: 0 } });
    const old = await ended({ boot: { id: 'second', uptime: 10 * DAY } });
    const younger = await ended({ boot: { id: 'second', uptime: 20 * DAY } });
    await ended({ boot: { id: 'second', uptime: 100 * DAY } });
    await removeOldLogs(paths, { guid: mail.guid, now: BOOT });
    expect([before, old, younger].map(isKept)).toEqual([false, false, true]);
  });

  it('counts the boots since together, each as long as it is known to have lasted', async () => {
    const ids = [];
    for (const id of ['first', 'second', 'third', 'fourth']) {
      ids.push(await ended({ boot: { id, uptime: DAY } }));
      await ended({ boot: { id, uptime: 40 * DAY } });
    }
    await ended({});
    await removeOldLogs(paths, { guid: shop.guid, now: BOOT });
    // 39 + 40 + 40 + 40 + 2 days since the first, then 121, 81 and 41.
    expect(ids.map(isKept)).toEqual([false, false, true, true]);
  });

  it('removes nothing for a clock that jumped, though that of the one who asks jumped with it', async () => {
    const logs = [await ended({ at: NOW - YEAR }), await ended({ at: NOW - YEAR }), await ended({ at: NOW })];
    await removeOldLogs(paths, { guid: shop.guid, now: BOOT });
    expect(logs.map(isKept)).toEqual([true, true, true]);
  });

  it('believes no log that says to be of a boot that was over', async () => {
    const ids = [];
    for (let turn = 0; turn < 4; turn += 1)
      for (const id of ['first', 'second']) ids.push(await ended({ boot: { id, uptime: 30 * DAY } }));
    await removeOldLogs(paths, { guid: shop.guid, now: BOOT });
    expect(ids.map(isKept)).toEqual(ids.map(() => true));
  });

  it('keeps the newest of a repository, however old it is', async () => {
    const only = await ended({ boot: { id: 'first', uptime: 0 }, repository: mail });
    await ended({ boot: { id: 'first', uptime: 200 * DAY } });
    await ended({});
    await removeOldLogs(paths, { guid: shop.guid, now: BOOT });
    expect(isKept(only)).toBe(true);
  });
});

it('a removed log leaves its number taken, also when every log is gone', async () => {
  await ended({ indexed: true });
  const last = await ended({ indexed: true });
  const sequenceOf = (id: string): number => {
    const [line = ''] = readFileSync(join(logFolder(paths, id), EVENTS_FILE), 'utf8').split('\n');
    return (JSON.parse(line) as { operation: { sequence: number } }).operation.sequence;
  };
  expect(sequenceOf(last)).toBe(2);
  rmSync(logFolder(paths, last), { recursive: true });
  expect(sequenceOf(await ended({ indexed: true }))).toBe(3);
});
