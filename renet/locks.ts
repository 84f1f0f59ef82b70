import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '../shared/errors.ts';
import { ensureFolder, readTextIfThere, removeIfThere, writeAtomically } from './host.ts';
import { holderFile, lockFile, locksFolder, machineLockFile } from './paths.ts';
import type { Paths } from './paths.ts';

/** Who holds a repository's lock, for the message the second one gets. The lock itself is flock's. */
export interface Holder {
  operation: string;
  verb: string;
  by: string;
}

/** flock's exit code when the lock is held by another (our choice, -E). */
export const LOCK_HELD = 75;

const MACHINE_LOCK_SECONDS = 60;

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
  else await writeAtomically(holderFile(paths, guid), JSON.stringify(holder), { mode: 0o600 });
}

/** The error for a held lock, with its holder. */
export async function busyError(paths: Paths, guid: string, name: string): Promise<AppError> {
  const text = await readTextIfThere(holderFile(paths, guid));
  // Between taking the lock and noting it there is a moment without a name.
  const holder = text === undefined ? { operation: '?', verb: '?', by: '?' } : (JSON.parse(text) as Holder);
  return new AppError('repository-busy', { name, id: holder.operation, verb: holder.verb, by: holder.by });
}

/**
 * Does `work` while holding one of the locks, through a child that holds it for us (Node has no flock): it lets go
 * when this process ends, however it ends. `wait` is seconds; throws machine-busy when they pass.
 */
async function holding<T>(file: string, wait: number, work: () => Promise<T>): Promise<T> {
  const child = spawn(
    'flock',
    ['-o', '-w', String(wait), '-E', String(LOCK_HELD), file, 'sh', '-c', 'echo held; cat'],
    {
      cwd: '/',
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
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
export async function withMachineLock<T>(paths: Paths, work: () => Promise<T>): Promise<T> {
  await prepareLocks(paths);
  return holding(machineLockFile(paths), MACHINE_LOCK_SECONDS, work);
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
