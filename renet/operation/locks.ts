import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { holdingLock, prepareLocks } from '../fileLock.ts';
import { listIfThere, readTextIfThere, removeIfThere, writeAtomically } from '../host.ts';
import { holderFile, lockFile, locksFolder, logsLockFile, machineLockFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { identify, isAlive, readIdentity } from '../process.ts';
import type { ProcessIdentity } from '../process.ts';
import { parseJson } from '../json.ts';

/**
 * The operation that holds a repository's lock, for the message that a second one is refused with. The lock itself is
 * held by flock(1).
 */
interface Holder {
  operation: string;
  verb: string;
  by: string;
}

/** flock's exit code when the lock is held by another (our choice, -E). */
export const LOCK_HELD = 75;

const MACHINE_LOCK_SECONDS = 60;

/**
 * An operation that has just taken a lock has twenty seconds to note that it holds it: a busy machine is slow to start
 * a program.
 */
const HOLDER_TRIES = 200;
const HOLDER_PAUSE_MILLISECONDS = 100;

/**
 * The words to put before a command that runs under locks. With them SIGTERM, which systemd sends to every process of a
 * unit, does not end flock: the lock would be free while the operation is still cancelling. Node restores the default
 * answer to SIGTERM for itself and for what it starts.
 */
export const KEEPING_LOCKS: readonly string[] = ['sh', '-c', 'trap "" TERM; exec "$@"', 'sh'];

/**
 * Returns the words that run a command under a repository's lock, and wait up to `wait` seconds for it. `-o` keeps the
 * command's children from inheriting the lock.
 */
export function underLock(paths: Paths, guid: string, command: readonly string[], wait = 0): string[] {
  return ['flock', '-w', String(wait), '-o', '-E', String(LOCK_HELD), lockFile(paths, guid), ...command];
}

/**
 * Notes which operation holds the lock that this process runs under; `undefined` removes the note before the lock is
 * let go.
 */
export async function noteHolder(paths: Paths, guid: string, holder: Holder | undefined): Promise<void> {
  if (holder === undefined) await removeIfThere(holderFile(paths, guid));
  else {
    const noted: NotedHolder = { ...holder, process: identify(process.pid) };
    await writeAtomically(holderFile(paths, guid), JSON.stringify(noted), { mode: 0o600 });
  }
}

/**
 * A holder as its note has it. The note counts only while the process in it lives: a killed one leaves its note behind.
 */
type NotedHolder = Holder & { process?: ProcessIdentity | undefined };

/** Reads a holder's note whose process lives; undefined for any other, or for what is no note. */
async function readHolder(file: string): Promise<(Holder & { process: ProcessIdentity }) | undefined> {
  const noted = parseJson((await readTextIfThere(file)) ?? '');
  if (typeof noted !== 'object' || noted === null) return undefined;
  const { operation, verb, by, process } = noted as Partial<NotedHolder>;
  const identity = readIdentity(process);
  if (identity === undefined || !isAlive(identity)) return undefined;
  return { operation: String(operation), verb: String(verb), by: String(by), process: identity };
}

/** Returns the operations that hold a lock now, by their ids, each with its process. */
export async function runningOperations(paths: Paths): Promise<Map<string, ProcessIdentity>> {
  const notes = (await listIfThere(locksFolder(paths))).filter((name) => name.endsWith('.json'));
  const holders = await Promise.all(notes.map((name) => readHolder(join(locksFolder(paths), name))));
  return new Map(
    holders.flatMap((holder) => (holder === undefined ? [] : [[holder.operation, holder.process]])),
  );
}

/** Returns the error for a lock that is held: repository-busy, with the operation that holds it. */
export async function busyError(paths: Paths, guid: string, name: string): Promise<AppError> {
  const { operation: id, verb, by } = await holderOf(paths, guid);
  return new AppError('repository-busy', { name, id, verb, by });
}

/**
 * Reads which operation holds a lock. The note comes a moment after the lock is taken and goes a moment before it is
 * let go; until then the holder is asked for again, and is "?" when no note comes.
 */
async function holderOf(paths: Paths, guid: string): Promise<Holder> {
  for (let tries = 1; tries <= HOLDER_TRIES; tries += 1) {
    const noted = await readHolder(holderFile(paths, guid));
    if (noted !== undefined) return noted;
    if (!(await isHeld(lockFile(paths, guid)))) break;
    await pause(HOLDER_PAUSE_MILLISECONDS);
  }
  return { operation: '?', verb: '?', by: '?' };
}

/** Tells whether any process holds the lock of a file, by the kernel's list (proc_locks(5)). */
async function isHeld(file: string): Promise<boolean> {
  const { ino } = await stat(file);
  const locks = (await readFile('/proc/locks', 'utf8')).split('\n').map((line) => line.split(/\s+/));
  return locks.some((words) => words.includes('FLOCK') && words.some((word) => word.endsWith(`:${ino}`)));
}

/**
 * Does `work` under the machine's lock, which is needed to decide on names, network ids and unfinished volumes. Waits
 * up to `wait` seconds. Throws machine-busy.
 */
export async function withMachineLock<T>(
  paths: Paths,
  work: () => Promise<T>,
  wait = MACHINE_LOCK_SECONDS,
): Promise<T> {
  await prepareLocks(paths);
  return holdingLock(machineLockFile(paths), wait, work);
}

/** Does `work` under the lock that gives logs their numbers. Waits up to `wait` seconds. Throws machine-busy. */
export async function withLogsLock<T>(
  paths: Paths,
  work: () => Promise<T>,
  wait = MACHINE_LOCK_SECONDS,
): Promise<T> {
  await prepareLocks(paths);
  return holdingLock(logsLockFile(paths), wait, work);
}

/** Does `work` under that lock if nothing holds it and it can be had; else leaves it undone. */
export async function tryLogsLock(paths: Paths, work: () => Promise<void>): Promise<void> {
  await withLogsLock(paths, work, 0).catch(() => undefined);
}

/** Does `work` under a repository's lock if nothing holds the lock. Returns false when something does. */
export async function ifUnlocked(paths: Paths, guid: string, work: () => Promise<void>): Promise<boolean> {
  await prepareLocks(paths);
  try {
    await holdingLock(lockFile(paths, guid), 0, work);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'machine-busy') return false;
    throw error;
  }
}
