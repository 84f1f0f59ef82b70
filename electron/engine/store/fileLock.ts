import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import { AppError } from '../../../shared/errors.ts';

/** A lock is held for milliseconds; a process that died with it is found out after `stale` milliseconds. */
const LOCK = {
  realpath: false,
  stale: 10_000,
  // Short and uneven waits, for longer than a dead lock lasts: several who wait get their turn soon.
  retries: { retries: 300, minTimeout: 10, maxTimeout: 60, randomize: true },
};

/**
 * Does `work` while no other process of ours works on the file at `path` (absolute; it need not exist). The folders
 * missing above it are made 0700. Throws `configuration-busy` when another process keeps the lock, `not-permitted`
 * for what the disk refuses.
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

/** Returns what `work` comes to. Throws what the disk refuses as `not-permitted`, an AppError as it is. */
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
