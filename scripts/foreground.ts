import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** The error of a process that was told to end while it ran a program. */
export class Interrupted extends Error {
  constructor(readonly signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
  }
}

/**
 * Runs a program with this process's terminal and returns its exit code. A signal that asks this process to end is
 * passed on to the program and to all that it started, as they would otherwise go on alone.
 * @throws Interrupted after such a signal, once the program has ended.
 */
export async function runInForeground(
  command: string,
  words: readonly string[],
  folder: string,
): Promise<number> {
  let child: ChildProcess | undefined;
  let told: NodeJS.Signals | undefined;
  const tell = (signal: NodeJS.Signals): void => {
    told = signal;
    // A terminal itself interrupts every process of the group.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    if (child?.pid !== undefined) signalAll([child.pid, ...descendantsOf(child.pid)], signal);
  };
  // Before the program is there: a signal that comes as soon as it runs would end this process alone.
  for (const signal of SIGNALS) process.on(signal, tell);
  try {
    child = spawn(command, words, { cwd: folder, stdio: 'inherit' });
    const [exitCode] = (await once(child, 'close')) as [number | null];
    if (told !== undefined) throw new Interrupted(told);
    return exitCode ?? 1;
  } finally {
    for (const signal of SIGNALS) process.off(signal, tell);
  }
}

/** Lists the processes that a process started, and those that they started. */
function descendantsOf(pid: number): number[] {
  if (process.platform === 'win32') return [];
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const processes = rows.map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    processes.flatMap(([one = 0, of]) => (of === parent ? [one, ...below(one)] : []));
  return below(pid);
}

function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // The process has ended meanwhile.
    }
  }
}
