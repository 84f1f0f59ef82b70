import { basename, join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { isAlive, readIdentity } from '../../process.ts';
import type { ProcessIdentity } from '../../process.ts';
import { parseJson } from '../../json.ts';
import type { Paths } from '../../paths.ts';
import { runningOperations } from '../locks.ts';
import { readSmallFile } from './logFiles.ts';

/** The file that tells which process writes the log. */
export const PROCESS_FILE = 'process.json';

/**
 * Returns the living process of an operation; undefined when it has ended. `folder` is the folder of the operation's log.
 * Where the disk has spoiled the log's note of its process, the note of who holds the repository's lock tells, which is
 * in memory.
 */
export async function livingProcess(paths: Paths, folder: string): Promise<ProcessIdentity | undefined> {
  const identity = await processOf(folder);
  if (identity === undefined) return (await runningOperations(paths)).get(basename(folder));
  return isAlive(identity) ? identity : undefined;
}

/** Tells whether the process of an operation still runs. `folder` is the folder of the operation's log. */
export async function isRunning(paths: Paths, folder: string): Promise<boolean> {
  return (await livingProcess(paths, folder)) !== undefined;
}

/**
 * Reads which process writes an operation's log; undefined when the process never noted itself, or the disk spoiled the
 * note.
 */
export async function processOf(folder: string): Promise<ProcessIdentity | undefined> {
  try {
    return readIdentity(parseJson((await readSmallFile(join(folder, PROCESS_FILE))) ?? ''));
  } catch (error) {
    if (error instanceof AppError && error.code === 'operation-log-damaged') return undefined;
    throw error;
  }
}
