import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { OperationHead } from '../../../shared/model.ts';
import { diskSpace, removeIfThere } from '../../host.ts';
import { operationFolder, spareOperationsFolder } from '../../paths.ts';
import type { Paths } from '../../paths.ts';
import { knownLogs } from './logIndex.ts';
import type { KnownLog } from './logIndex.ts';
import { isRunning } from './logProcess.ts';

type BootClock = NonNullable<OperationHead['boot']>;

const DAY_MILLISECONDS = 24 * 60 * 60 * 1000;
const KEPT_DAYS = 90;
/** The bytes of logs that are kept of one repository. */
const KEPT_BYTES = 1024 ** 3;
/** The share of /run, which is memory, that the logs there may take together. */
const KEPT_SHARE = 0.05;
/** The logs that are measured before the process does something else. */
const MEASURED_AT_ONCE = 200;

/**
 * Removes old logs of ended operations, before one of the repository `guid` begins: those that are 90 days old for
 * certain, and the oldest of this repository beyond 1 GiB (docs/decisions/limits-of-logs.md). `now`: the boot, and for
 * how long the machine has been up in it. The newest log of every repository stays, and so does one that nobody can read.
 */
export async function removeOldLogs(
  paths: Paths,
  { guid, now }: { guid: string; now: BootClock },
): Promise<void> {
  const logs = (await knownLogs(paths)).filter(({ head }) => head !== undefined);
  const newest = newestOfEach(logs);
  const own = logs.filter(
    ({ id, folder, head }) => folder === operationFolder(paths, id) && head?.repository.guid === guid,
  );
  const spare = logs.filter(({ id, folder }) => folder !== operationFolder(paths, id));
  const memory = spare.length === 0 ? 0 : (await diskSpace(spareOperationsFolder(paths))).total;
  const over = [
    ...tooOld(logs, now),
    ...beyond(await measure(own), KEPT_BYTES),
    ...beyond(await measure(spare), memory * KEPT_SHARE),
  ];
  for (const log of new Set(over)) {
    if (newest.has(log) || (await isRunning(paths, log.folder))) continue;
    // A log that cannot be removed must not keep an operation from running.
    await removeIfThere(log.folder).catch(() => undefined);
  }
}

/**
 * Returns the logs that are older than 90 days for certain, out of all with the newest first: the machine has been up for
 * so long since one of them began, and the others began before it. No clock that can be set is asked: each log has its
 * boot, and how long the machine had been up. Where time is missing, between the last log of a boot and its end or while
 * the machine was off, it does not count.
 */
function tooOld(logs: readonly KnownLog[], now: BootClock): KnownLog[] {
  const over = new Set<string>();
  let boot = now;
  let sinceBoot = 0;
  const proof = logs.findIndex(({ head }) => {
    const at = head?.boot;
    if (at === undefined || over.has(at.id)) return false;
    if (at.id !== boot.id) {
      over.add(boot.id);
      sinceBoot += boot.uptime;
      boot = at;
    }
    return sinceBoot + boot.uptime - at.uptime > KEPT_DAYS * DAY_MILLISECONDS;
  });
  return proof < 0 ? [] : logs.slice(proof);
}

/** Returns the logs, out of the newest first, with which all together take more than `most` bytes. */
export function beyond<Log>(logs: readonly { log: Log; bytes: number }[], most: number): Log[] {
  let total = 0;
  return logs.flatMap(({ log, bytes }) => {
    total += bytes;
    return total > most ? [log] : [];
  });
}

function newestOfEach(logs: readonly KnownLog[]): ReadonlySet<KnownLog> {
  const newest = new Map<string, KnownLog>();
  for (const log of logs) {
    const guid = log.head?.repository.guid;
    if (guid !== undefined && !newest.has(guid)) newest.set(guid, log);
  }
  return new Set(newest.values());
}

/** Measures logs. Synchronous, as for thousands of small files the thread pool would cost most. */
async function measure(logs: readonly KnownLog[]): Promise<{ log: KnownLog; bytes: number }[]> {
  const measured = [];
  for (const [index, log] of logs.entries()) {
    if (index % MEASURED_AT_ONCE === MEASURED_AT_ONCE - 1) await turn();
    measured.push({ log, bytes: bytesOf(log.folder) });
  }
  return measured;
}

/** Returns the bytes of the files in a folder; none where it cannot be read. */
function bytesOf(folder: string): number {
  try {
    return readdirSync(folder)
      .map((name) => lstatSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
      .reduce((sum, size) => sum + size, 0);
  } catch {
    return 0;
  }
}
