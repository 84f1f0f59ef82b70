import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '../../shared/errors.ts';
import { ensureFolder, readTextIfThere, removeIfThere, writeAtomically } from '../host.ts';
import { holderFile, lockFile, locksFolder, machineLockFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { identify, isAlive } from '../process.ts';
import type { ProcessIdentity } from '../process.ts';

/** Who holds a repository's lock, for the message the second one gets. The lock itself is flock's. */
interface Holder {
  operation: string;
  verb: string;
  by: string;
}

/** flock's exit code when the lock is held by another (our choice, -E). */
export const LOCK_HELD = 75;

const MACHINE_LOCK_SECONDS = 60;

/** One who has just taken a lock has twenty seconds to say who it is: a busy machine is slow to start a program. */
const HOLDER_TRIES = 200;
const HOLDER_PAUSE_MILLISECONDS = 100;

/**
 * Words before a command under locks, so that SIGTERM, which systemd sends to every process of a unit, ends no flock:
 * the lock would be free while the operation still cancels. Node gives itself and what it starts the usual answer back.
 */
export const KEEPING_LOCKS: readonly string[] = ['sh', '-c', 'trap "" TERM; exec "$@"', 'sh'];

/** Holds the lock of a file until its input ends; asked to end while it still waits for it, it ends. */
const HOLD = 'exec 9>>"$1"; flock -w "$2" 9 || exit; trap "" TERM; echo held; read -r end';

/**
 * The words that run a command under a repository's lock; `-o` keeps children from inheriting it. A held one is waited
 * for `wait` seconds.
 */
export function underLock(paths: Paths, guid: string, command: readonly string[], wait = 0): string[] {
  return ['flock', '-w', String(wait), '-o', '-E', String(LOCK_HELD), lockFile(paths, guid), ...command];
}

/** Makes the folder the locks live in. */
export async function prepareLocks(paths: Paths): Promise<void> {
  await ensureFolder(paths.run, 0o755);
  await ensureFolder(locksFolder(paths), 0o700);
}

/** Notes who holds the lock that this process runs under; `undefined` when it lets go. */
export async function noteHolder(paths: Paths, guid: string, holder: Holder | undefined): Promise<void> {
  if (holder === undefined) await removeIfThere(holderFile(paths, guid));
  else {
    const noted: NotedHolder = { ...holder, process: identify(process.pid) };
    await writeAtomically(holderFile(paths, guid), JSON.stringify(noted), { mode: 0o600 });
  }
}

/** A holder as it is noted: what a process that is gone left there is nobody's name. */
type NotedHolder = Holder & { process?: ProcessIdentity | undefined };

/** The error for a held lock, with its holder. */
export async function busyError(paths: Paths, guid: string, name: string): Promise<AppError> {
  const { operation: id, verb, by } = await holderOf(paths, guid);
  return new AppError('repository-busy', { name, id, verb, by });
}

/** Who holds a lock. Between taking it and noting it there is a moment without a name, and so there is at its end. */
async function holderOf(paths: Paths, guid: string): Promise<Holder> {
  for (let tries = 1; tries <= HOLDER_TRIES; tries += 1) {
    const text = await readTextIfThere(holderFile(paths, guid));
    const noted = text === undefined ? undefined : (JSON.parse(text) as NotedHolder);
    if (noted?.process !== undefined && isAlive(noted.process)) return noted;
    if (!(await isHeld(lockFile(paths, guid)))) break;
    await pause(HOLDER_PAUSE_MILLISECONDS);
  }
  return { operation: '?', verb: '?', by: '?' };
}

/** Whether anybody holds the lock of a file, by the kernel's list (proc_locks(5)). */
async function isHeld(file: string): Promise<boolean> {
  const { ino } = await stat(file);
  const locks = (await readFile('/proc/locks', 'utf8')).split('\n').map((line) => line.split(/\s+/));
  return locks.some((words) => words.includes('FLOCK') && words.some((word) => word.endsWith(`:${ino}`)));
}

/**
 * Does `work` while holding one of the locks, through a child that holds it for us (Node has no flock): it lets go
 * when this process ends, however it ends. `wait` is seconds; throws machine-busy when they pass.
 */
async function holding<T>(file: string, wait: number, work: () => Promise<T>): Promise<T> {
  const child = spawn('sh', ['-c', HOLD, 'sh', file, String(wait)], {
    cwd: '/',
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  const held = await Promise.race([once(child.stdout, 'data').then(() => true), exited.then(() => false)]);
  if (!held) throw new AppError('machine-busy');
  try {
    return await work();
  } finally {
    child.stdin.end();
    await exited;
  }
}

/** Does `work` under the machine's lock: names, network ids and unfinished work are decided there. */
export async function withMachineLock<T>(
  paths: Paths,
  work: () => Promise<T>,
  wait = MACHINE_LOCK_SECONDS,
): Promise<T> {
  await prepareLocks(paths);
  return holding(machineLockFile(paths), wait, work);
}

/** Does `work` under a repository's lock if nobody holds it; false when somebody does. */
export async function ifUnlocked(paths: Paths, guid: string, work: () => Promise<void>): Promise<boolean> {
  await prepareLocks(paths);
  try {
    await holding(lockFile(paths, guid), 0, work);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === 'machine-busy') return false;
    throw error;
  }
}
