import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operationFolder, spareOperationsFolder } from '../../paths.ts';
import { identify } from '../../process.ts';
import { PROCESS_FILE } from './operationLog.ts';
import { logsToRemove, removeOldLogs } from './retention.ts';

const DAY = 24 * 60 * 60 * 1000;
const now = 1000 * DAY;
const log = (id: string, days: number, bytes: number): { id: string; at: number; bytes: number } => ({
  id,
  at: now - days * DAY,
  bytes,
});

describe('logsToRemove', () => {
  it('removes what is older than 90 days', () => {
    expect(logsToRemove([log('old', 91, 1), log('new', 89, 1)], now, 1e9)).toEqual(['old']);
  });

  it('removes the oldest beyond 5 % of the disk, whatever order they come in', () => {
    const logs = [log('c', 3, 20), log('a', 1, 20), log('b', 2, 20)];
    expect(logsToRemove(logs, now, 1000)).toEqual(['c']);
    expect(logsToRemove(logs, now, 600)).toEqual(['b', 'c']);
  });
});

describe('removeOldLogs', () => {
  it('keeps the log of an operation that runs, however old it is', async () => {
    const datastore = mkdtempSync(join(tmpdir(), 'rediacc-retention-'));
    const paths = { datastore, run: datastore };
    const running = operationFolder(paths, '2d25d88d-e186-48b0-aff3-500528150a52');
    mkdirSync(running, { recursive: true });
    writeFileSync(join(running, PROCESS_FILE), JSON.stringify(identify(process.pid)));
    for (const path of [join(running, PROCESS_FILE), running]) utimesSync(path, 1, 1);
    await removeOldLogs(paths, Date.now());
    expect(existsSync(running)).toBe(true);
    rmSync(datastore, { recursive: true });
  });

  it('leaves the folder of an operation that is just beginning, and removes one that is old', async () => {
    const datastore = mkdtempSync(join(tmpdir(), 'rediacc-retention-'));
    const paths = { datastore, run: datastore };
    const begun = operationFolder(paths, '2d25d88d-e186-48b0-aff3-500528150a52');
    const old = operationFolder(paths, '812ca596-fe2e-4059-a76c-a8f0d33badf2');
    const spare = join(spareOperationsFolder(paths), '0d3f5e0c-4a39-4b1f-8a3b-6f1f3c0f7a11');
    for (const folder of [begun, old, spare]) mkdirSync(folder, { recursive: true });
    for (const folder of [old, spare]) {
      writeFileSync(join(folder, 'events.jsonl'), '');
      for (const path of [join(folder, 'events.jsonl'), folder]) utimesSync(path, 1, 1);
    }
    await removeOldLogs(paths, Date.now());
    expect([begun, old, spare].map((folder) => existsSync(folder))).toEqual([true, false, false]);
    rmSync(datastore, { recursive: true });
  });
});
