import { join } from 'node:path';
import { listIfThere, removeIfThere } from '../host.ts';
import type { Paths } from '../paths.ts';
import { isAlive } from '../process.ts';
import { processOf } from './log/logProcess.ts';
import { logFolder } from './log/operationLog.ts';

const parentOf = (paths: Paths): string => join(paths.run, 'operations');

/** Returns the folder of what an operation's functions need while they run; it goes with the operation. */
export function workFolderOf(paths: Paths, operation: string): string {
  return join(parentOf(paths), operation);
}

/**
 * Removes the work folders of operations that were killed and could not remove their own. The folders are the machine's,
 * while the logs that tell whose process is gone are a datastore's: a folder whose process is not known here is left, as
 * it may be that of a function that runs in another datastore.
 */
export async function removeLeftWork(paths: Paths): Promise<void> {
  for (const operation of await listIfThere(parentOf(paths))) {
    const identity = await processOf(logFolder(paths, operation));
    if (identity !== undefined && !isAlive(identity)) await removeIfThere(workFolderOf(paths, operation));
  }
}
