import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../host.ts';

/** A process in a scope, as messages name it. */
export interface ScopedProcess {
  pid: number;
  name: string;
}

/**
 * The control group of one function. Every process that the function starts stays in it, whatever it forks and whatever
 * session it makes, so that all can be listed and ended.
 */
export interface Scope {
  /** The words to put before a command so that it starts inside. */
  enter: readonly string[];
  processes(): ScopedProcess[];
  /** Sends a signal to every process but those of `except`. Returns false when there was none. */
  signal(name: 'SIGTERM' | 'SIGKILL', except?: readonly (number | undefined)[]): boolean;
  /** Ends every process at once; none can evade it. */
  kill(): void;
  /** Removes the empty group, and the groups that were made inside it. Resolves when all are gone. */
  remove(): Promise<void>;
}

/** Returns a function that makes scopes below `parent`, a cgroup v2 folder that systemd has delegated to this unit. */
export function scopesUnder(parent: string): (name: string) => Scope {
  return (name) => {
    const folder = join(parent, name);
    mkdirSync(folder, { recursive: true });
    return scope(folder);
  };
}

/**
 * Returns the cgroup v2 folder that this process may make groups in: the parent of its own group, which is called
 * `renet` (DelegateSubgroup=renet).
 */
export function delegatedCgroup(): string {
  const line = readFileSync('/proc/self/cgroup', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('0::'));
  const own = line?.slice(3) ?? '/';
  return join('/sys/fs/cgroup', own, '..');
}

function scope(folder: string): Scope {
  const pids = (): number[] => groupsIn(folder).flatMap(pidsOf);
  return {
    // The shell moves itself into the group and then becomes the command, so there is no moment in which a child could
    // escape.
    enter: ['/bin/sh', '-c', 'echo 0 > "$0"/cgroup.procs && exec "$@"', folder],
    processes: () => pids().map((pid) => ({ pid, name: nameOf(pid) })),
    signal: (name, except = []) => {
      const asked = pids().filter((pid) => !except.includes(pid));
      for (const pid of asked) signal(pid, name);
      return asked.length > 0;
    },
    kill: () => {
      if (existsSync(folder)) writeFileSync(join(folder, 'cgroup.kill'), '1');
    },
    remove: async () => {
      // A killed process leaves its group a moment later; until then the group cannot be removed.
      for (;;) {
        try {
          for (const group of groupsIn(folder)) rmdirSync(group);
          return;
        } catch (error) {
          // A group went in the meantime, or is not empty yet: try again.
          if (!hasCode(error, 'ENOENT', 'EBUSY')) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** Lists a group and the groups that a function made inside it, the deepest first; none when the group is gone. */
function groupsIn(folder: string): string[] {
  const entries = whileThere(() => readdirSync(folder, { withFileTypes: true }));
  if (entries === undefined) return [];
  const inside = entries.filter((entry) => entry.isDirectory());
  return [...inside.flatMap(({ name }) => groupsIn(join(folder, name))), folder];
}

function pidsOf(group: string): number[] {
  const text = whileThere(() => readFileSync(join(group, 'cgroup.procs'), 'utf8'));
  return (text ?? '').split('\n').filter(Boolean).map(Number);
}

/** Reads something of a group; undefined when the group is gone. */
function whileThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENODEV')) return undefined;
    throw error;
  }
}

function nameOf(pid: number): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
    return words.join(' ').slice(0, 80) || readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return 'ended';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
