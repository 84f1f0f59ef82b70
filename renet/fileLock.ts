import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { AppError } from '../shared/errors.ts';
import { ensureFolder } from './host.ts';
import { locksFolder } from './paths.ts';
import type { Paths } from './paths.ts';

/**
 * The shell script that holds the lock of a file until its standard input ends. SIGTERM ends it only while it waits for
 * the lock.
 */
const HOLD = 'exec 9>>"$1"; flock -w "$2" 9 || exit; trap "" TERM; echo held; read -r end';

/**
 * Does `work` under the lock of a file. A child process holds the lock, because Node has no flock(2); it lets go when
 * this process ends, however that happens. Waits up to `wait` seconds for the lock. Throws machine-busy when they pass.
 */
export async function holdingLock<T>(file: string, wait: number, work: () => Promise<T>): Promise<T> {
  const child = spawn('sh', ['-c', HOLD, 'sh', file, String(wait)], {
    cwd: '/',
    // A caller of `renet compose` may have any PATH, and the lock is needed all the same.
    env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
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

/** Makes the folder of locks. */
export async function prepareLocks(paths: Paths): Promise<void> {
  await ensureFolder(paths.run, 0o755);
  await ensureFolder(locksFolder(paths), 0o700);
}
