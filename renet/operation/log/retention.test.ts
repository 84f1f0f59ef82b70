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

/** Makes the log of an operation that has ended. `ahead`: as in the head. `bytes`: of its output, none on the disk. */
async function ended({
  at = NOW,
  ahead,
  bytes = 0,
  repository = shop,
}: {
  at?: number;
  ahead?: number;
  bytes?: number;
  repository?: typeof shop;
}): Promise<string> {
  const id = randomUUID();
  const asked = ahead === undefined ? {} : { ahead };
  const about = { id, verb: 'up', repository, origin: 'person', by: 'ann', ...asked } as const;
  const { head, log } = await openOperationLog(paths, about, () => at);
  log.event({ type: 'started', operation: head });
  log.event({ type: 'verdict', verdict: { kind: 'succeeded', failures: [], notRun: [] } });
  log.close();
  truncateSync(join(logFolder(paths, id), 'output.000000000000000'), bytes);
  const gone = { pid: 1, startTime: '0', bootId: 'another boot' };
  writeFileSync(join(logFolder(paths, id), PROCESS_FILE), JSON.stringify(gone));
  return id;
}

const isKept = (id: string): boolean => existsSync(logFolder(paths, id));

describe('removeOldLogs by size', () => {
  it('lets one operation with a large log cost none of another repository, and its own only beyond 1 GiB', async () => {
    const others = [await ended({ repository: mail }), await ended({ repository: mail })];
    const before = [await ended({}), await ended({})];
    const large = await ended({ bytes: 1000 * MEBIBYTE });
    await removeOldLogs(paths, { guid: shop.guid, now: NOW });
    expect([...others, ...before, large].map(isKept)).toEqual([true, true, true, true, true]);
    const last = await ended({ bytes: 100 * MEBIBYTE });
    await removeOldLogs(paths, { guid: shop.guid, now: NOW });
    expect([...others, ...before, large, last].map(isKept)).toEqual([true, true, false, false, false, true]);
  });

  it('takes the oldest first by number, though its clock was ahead', async () => {
    const first = await ended({ at: NOW + YEAR, bytes: 600 * MEBIBYTE });
    const second = await ended({ bytes: 600 * MEBIBYTE });
    const third = await ended({ at: NOW - YEAR });
    await removeOldLogs(paths, { guid: shop.guid, now: NOW });
    expect([first, second, third].map(isKept)).toEqual([false, true, true]);
  });

  it('never takes the newest of a repository, nor one that runs, nor one that nobody can read', async () => {
    const running = await ended({ bytes: 1100 * MEBIBYTE });
    writeFileSync(join(logFolder(paths, running), PROCESS_FILE), JSON.stringify(identify(process.pid)));
    const newest = await ended({ bytes: 1100 * MEBIBYTE });
    const spoiled = join(paths.datastore, '.operations', randomUUID());
    mkdirSync(spoiled);
    writeFileSync(join(spoiled, EVENTS_FILE), 'null\n');
    await removeOldLogs(paths, { guid: shop.guid, now: NOW });
    expect([isKept(running), isKept(newest), existsSync(spoiled)]).toEqual([true, true, true]);
  });
});

describe('removeOldLogs by age', () => {
  it('removes what is 90 days old by clocks that agreed, and what was begun before it', async () => {
    const before = await ended({ at: 5 });
    const old = await ended({ at: NOW - 91 * DAY, ahead: 2000 });
    const younger = await ended({ at: NOW - 89 * DAY, ahead: 0 });
    await removeOldLogs(paths, { guid: mail.guid, now: NOW });
    expect([before, old, younger].map(isKept)).toEqual([false, false, true]);
  });

  it('removes nothing while nobody knows that the clock is right', async () => {
    const logs = [await ended({ at: NOW - YEAR, ahead: 0 }), await ended({ ahead: 0 })];
    await removeOldLogs(paths, { guid: shop.guid, now: undefined });
    expect(logs.map(isKept)).toEqual([true, true]);
  });

  it('believes no log that was begun while the clock was wrong or nobody asked', async () => {
    const logs = [
      await ended({ at: NOW - YEAR, ahead: -YEAR }),
      await ended({ at: 5 }),
      await ended({ at: NOW, ahead: 0 }),
    ];
    await removeOldLogs(paths, { guid: shop.guid, now: NOW });
    expect(logs.map(isKept)).toEqual([true, true, true]);
  });

  it('keeps the newest of a repository, however old it is', async () => {
    const only = await ended({ at: NOW - YEAR, ahead: 0, repository: mail });
    await ended({ ahead: 0 });
    await removeOldLogs(paths, { guid: shop.guid, now: NOW });
    expect(isKept(only)).toBe(true);
  });
});

it('a removed log leaves its number taken, also when every log is gone', async () => {
  await ended({});
  const last = await ended({});
  const sequenceOf = (id: string): number => {
    const [line = ''] = readFileSync(join(logFolder(paths, id), EVENTS_FILE), 'utf8').split('\n');
    return (JSON.parse(line) as { operation: { sequence: number } }).operation.sequence;
  };
  expect(sequenceOf(last)).toBe(2);
  rmSync(logFolder(paths, last), { recursive: true });
  expect(sequenceOf(await ended({}))).toBe(3);
});
