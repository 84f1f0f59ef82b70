import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { lock } from 'proper-lockfile';
import { say } from './progress.ts';

const retryMilliseconds = 500;

/** Does `work` while no other process holds the lock at `path`; waits for one that does, after saying so. */
export async function withLock<Result>(
  path: string,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  await mkdir(dirname(path), { recursive: true });
  const options = { realpath: false, stale: 20_000, update: 5_000 };
  const release = await lock(path, options).catch(async (error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error;
    say(`Another process works on ${what}: waiting for it.`);
    const retries = {
      forever: true,
      factor: 1,
      minTimeout: retryMilliseconds,
      maxTimeout: retryMilliseconds,
    };
    return lock(path, { ...options, retries });
  });
  try {
    return await work();
  } finally {
    await release();
  }
}
