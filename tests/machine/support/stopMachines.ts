import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beginRun } from './claims.ts';

const program = join(import.meta.dirname, 'machineStopper.ts');

/**
 * Sees to it that the sandbox machines that this run's tests claim stop when it ends, and returns what waits for that. A
 * process of its own stops them, because vitest leaves no time for it when it is interrupted; it begins when this process
 * is gone or ends its input. With REDIACC_KEEP_MACHINES=1 the machines stay for the next run, which need not set them up
 * anew.
 */
export function setup(): (() => Promise<void>) | undefined {
  const run = beginRun();
  if (process.env['REDIACC_KEEP_MACHINES'] === '1') return undefined;
  const stopper = spawn(process.execPath, ['--import', 'tsx', program, String(run)], {
    // Out of the reach of the terminal's Ctrl-C.
    detached: true,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  return async () => {
    const ended = once(stopper, 'exit');
    stopper.stdin.end();
    const [exitCode] = (await ended) as [number | null];
    if (exitCode !== 0) throw new Error('the sandbox machines of the tests were not stopped');
  };
}
