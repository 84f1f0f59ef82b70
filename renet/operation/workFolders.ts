import { join } from 'node:path';
import { listIfThere, removeIfThere } from '../host.ts';
import type { Paths } from '../paths.ts';
import { isRunning } from './log/logProcess.ts';
import { logFolder } from './log/operationLog.ts';

const parentOf = (paths: Paths): string => join(paths.run, 'operations');

/** Returns the folder of what an operation's functions need while they run; it goes with the operation. */
export function workFolderOf(paths: Paths, operation: string): string {
  return join(parentOf(paths), operation);
}

/** Removes the work folders of operations that are gone: one that was killed could not remove its own. */
export async function removeLeftWork(paths: Paths): Promise<void> {
  for (const operation of await listIfThere(parentOf(paths))) {
    if (!(await isRunning(logFolder(paths, operation)))) await removeIfThere(workFolderOf(paths, operation));
  }
}
