import { join } from 'node:path';
import { AppError } from '../../../shared/errors.ts';
import { isAlive } from '../../process.ts';
import type { ProcessIdentity } from '../../process.ts';
import { parseJson } from '../../json.ts';
import { readSmallFile } from './logFiles.ts';

/** The file that tells which process writes the log. */
export const PROCESS_FILE = 'process.json';

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

/** Tells whether the process of an operation still runs. `folder` is the folder of the operation's log. */
export async function isRunning(folder: string): Promise<boolean> {
  const identity = await processOf(folder);
  return identity !== undefined && isAlive(identity);
}

/** Returns a noted identity of a process; undefined for anything else, as the note may be spoiled. */
export function readIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startTime, bootId } = value as Partial<Record<keyof ProcessIdentity, unknown>>;
  if (!Number.isSafeInteger(pid) || Number(pid) <= 0) return undefined;
  if (typeof startTime !== 'string' || typeof bootId !== 'string') return undefined;
  return { pid: Number(pid), startTime, bootId };
}
