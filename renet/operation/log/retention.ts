import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isGuid } from '../../../shared/names.ts';
import { diskSpace, listIfThere, removeIfThere } from '../../host.ts';
import { isRunning } from '../knownOperations.ts';
import { operationsFolder, spareOperationsFolder } from '../../paths.ts';
import type { Paths } from '../../paths.ts';

const DAY = 24 * 60 * 60 * 1000;
const KEPT_DAYS = 90;
const KEPT_SHARE = 0.05;

/** One operation's log, as it counts for removal. */
interface KeptLog {
  id: string;
  /** The time of its last write, milliseconds since the epoch. */
  at: number;
  bytes: number;
}

/**
 * Returns the ids of the logs to remove: those older than 90 days, then the oldest until all together take at most 5 %
 * of the disk (docs/decisions/limits-of-logs.md).
 */
export function logsToRemove(logs: readonly KeptLog[], now: number, diskBytes: number): string[] {
  const newestFirst = [...logs].sort((a, b) => b.at - a.at);
  let total = 0;
  return newestFirst
    .filter((log) => {
      total += log.bytes;
      return now - log.at > KEPT_DAYS * DAY || total > diskBytes * KEPT_SHARE;
    })
    .map((log) => log.id);
}

/** Removes old logs of ended operations. Those under /run are measured by themselves, against the size of /run. */
export async function removeOldLogs(paths: Paths, now: number): Promise<void> {
  for (const parent of [operationsFolder(paths), spareOperationsFolder(paths)]) {
    const ids = (await listIfThere(parent)).filter(isGuid);
    if (ids.length === 0) continue;
    const logs = await Promise.all(ids.map((id) => measure(join(parent, id), id)));
    const { total } = await diskSpace(parent);
    for (const id of logsToRemove(logs, now, total)) {
      const folder = join(parent, id);
      if (!(await isRunning(folder))) await removeIfThere(folder);
    }
  }
}

async function measure(folder: string, id: string): Promise<KeptLog> {
  const names = await listIfThere(folder);
  // The folder itself counts too: a log that was just made has no file in it yet, and would look old.
  const found = await Promise.all(
    ['.', ...names].map((name) => stat(join(folder, name)).catch(() => undefined)),
  );
  return {
    id,
    at: Math.max(0, ...found.map((file) => file?.mtimeMs ?? 0)),
    bytes: found.reduce((sum, file) => sum + (file?.size ?? 0), 0),
  };
}
