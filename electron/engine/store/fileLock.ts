import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import { AppError } from '../../../shared/errors.ts';

/**
 * The options of a lock. A lock is held for milliseconds only; a process that died with one is found out after `stale`
 * milliseconds.
 */
const LOCK = {
  realpath: false,
  stale: 10_000,
  // The waits are short and uneven, and last longer than a dead lock, so that each of several waiting processes soon
  // gets its turn.
  retries: { retries: 300, minTimeout: 10, maxTimeout: 60, randomize: true },
};

/**
 * Does `work` while no other process of ours works on the file at `path` (absolute; the file need not exist). Missing
 * folders above it are made with mode 0700. Throws `configuration-busy` when another process keeps the lock,
 * `not-permitted` for what the disk refuses.
 */
export async function withFileLock<R>(path: string, work: () => Promise<R>): Promise<R> {
  await permitted(mkdir(dirname(path), { recursive: true, mode: 0o700 }));
  const release = await acquire(path);
  try {
    return await permitted(work());
  } finally {
    await release();
  }
}

async function acquire(path: string): Promise<() => Promise<void>> {
  try {
    return await lock(path, LOCK);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ELOCKED') {
      throw new AppError('configuration-busy', { file: path }, { cause: error });
    }
    throw refused(error);
  }
}

/** Returns what `work` resolves to. Throws errors of the disk as `not-permitted`, and an AppError as it is. */
export async function permitted<R>(work: Promise<R>): Promise<R> {
  return work.catch((error: unknown) => {
    throw error instanceof AppError ? error : refused(error);
  });
}

function refused(error: unknown): AppError {
  return new AppError(
    'not-permitted',
    { reason: error instanceof Error ? error.message : String(error) },
    { cause: error },
  );
}
