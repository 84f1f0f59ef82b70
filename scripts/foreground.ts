import { spawn } from 'node:child_process';
import { once } from 'node:events';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Runs a program with this process's terminal and returns its exit code. A signal that asks this process to end goes on
 * to the program, and ends this process once the program has ended: else the program would go on alone.
 */
export async function runInForeground(
  command: string,
  words: readonly string[],
  folder: string,
): Promise<number> {
  const child = spawn(command, words, { cwd: folder, stdio: 'inherit' });
  let told: NodeJS.Signals | undefined;
  const tell = (signal: NodeJS.Signals): void => {
    told = signal;
    // A terminal interrupts every process of the group, the program included.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of SIGNALS) process.on(signal, tell);
  try {
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return exitCode ?? 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, tell);
    if (told !== undefined) process.kill(process.pid, told);
  }
}
