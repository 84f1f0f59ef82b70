import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { sandboxFolder } from './paths.ts';
import { say } from './progress.ts';

const retryMilliseconds = 500;

/** Does `work` while no other process holds the lock `name`. Waits for one that does, after saying so. */
export async function withLock<Result>(
  name: string,
  what: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = join(sandboxFolder(), 'locks', name);
  await mkdir(join(sandboxFolder(), 'locks'), { recursive: true });
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
