import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { beginRun } from './claims.ts';

const program = join(import.meta.dirname, 'machineStopper.ts');

/**
 * Starts a process that stops the sandbox machines that this run's tests claim when the run ends; returns a function
 * that waits for that. It is another process because vitest leaves no time when it is interrupted; it begins when this
 * process is gone or ends its input. With REDIACC_KEEP_MACHINES=1 the machines stay for the next run, which need not
 * set them up again.
 */
export function setup(): (() => Promise<void>) | undefined {
  const run = beginRun();
  if (process.env['REDIACC_KEEP_MACHINES'] === '1') return undefined;
  const stopper = spawn(process.execPath, ['--import', 'tsx', program, String(run)], {
    // Detached, so that the terminal's Ctrl-C does not reach it.
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
