import { mkdir, rm, stat } from 'node:fs/promises';
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
 * folders above it are made with mode 0700. `work` is given a function that throws once another process has taken the
 * lock away, and calls it before it writes. Throws `configuration-busy` when another process keeps the lock or took it
 * away, `not-permitted` for what the disk refuses.
 */
export async function withFileLock<R>(path: string, work: (stillOurs: () => void) => Promise<R>): Promise<R> {
  await permitted(mkdir(dirname(path), { recursive: true, mode: 0o700 }));
  let taken: Error | undefined;
  const release = await acquire(path, (error) => {
    taken = error;
  });
  try {
    return await permitted(
      work(() => {
        if (taken) throw new AppError('configuration-busy', { file: path }, { cause: taken });
      }),
    );
  } finally {
    // A lock that was taken away is not ours to release.
    await release().catch((error: unknown) => {
      if (!taken) throw refused(error);
    });
  }
}

/** Takes the lock. Without `onCompromised` the library would end the program when somebody takes the lock away. */
async function acquire(path: string, onCompromised: (error: Error) => void): Promise<() => Promise<void>> {
  const options = { ...LOCK, onCompromised };
  const before = await lockTime(path);
  const began = performance.now();
  try {
    return await lock(path, options);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ELOCKED')) throw refused(error);
    // Who lives renews the lock every five seconds. One that did not change while we waited, which was longer, belongs to
    // nobody, even if its time lies in the future because the clock was set back.
    const isAlive = performance.now() - began < LOCK.stale || (await lockTime(path)) !== before;
    if (before === undefined || isAlive) {
      throw new AppError('configuration-busy', { file: path }, { cause: error });
    }
  }
  await permitted(rm(`${path}.lock`, { recursive: true, force: true }));
  return lock(path, options).catch((error: unknown) => {
    throw new AppError('configuration-busy', { file: path }, { cause: error });
  });
}

/** Returns the time of the lock, milliseconds since the epoch; undefined where there is none. */
async function lockTime(path: string): Promise<number | undefined> {
  return stat(`${path}.lock`).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
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
