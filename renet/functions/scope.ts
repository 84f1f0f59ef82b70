import { existsSync, mkdirSync, readFileSync, readdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from '../host.ts';

/** One process in a scope, as messages name it. */
export interface ScopedProcess {
  pid: number;
  name: string;
}

/**
 * A control group of its own for one function: everything it starts stays inside, however it forks or changes its
 * session, so that all of it can be listed and ended.
 */
export interface Scope {
  /** Words to put before a command so that it starts inside. */
  enter: readonly string[];
  processes(): ScopedProcess[];
  /** SIGTERM to each, but not to the process `except`. False: there was nobody to ask. */
  terminate(except?: number): boolean;
  /** Ends everything at once; nothing inside can evade it. */
  kill(): void;
  /** Removes the empty group, and those that were made inside; resolves when it is gone. */
  remove(): Promise<void>;
}

/** Makes scopes under `parent`, a cgroup v2 folder that is ours (a unit's delegated subtree). */
export function scopesUnder(parent: string): (name: string) => Scope {
  return (name) => {
    const folder = join(parent, name);
    mkdirSync(folder, { recursive: true });
    return scope(folder);
  };
}

/**
 * Returns the cgroup v2 folder this process's unit may divide: the parent of its own group (DelegateSubgroup=renet).
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
    // The shell moves itself, then becomes the command: there is no moment in which a child could escape.
    enter: ['/bin/sh', '-c', 'echo 0 > "$0"/cgroup.procs && exec "$@"', folder],
    processes: () => pids().map((pid) => ({ pid, name: nameOf(pid) })),
    terminate: (except) => {
      const asked = pids().filter((pid) => pid !== except);
      asked.forEach(signal);
      return asked.length > 0;
    },
    kill: () => {
      if (existsSync(folder)) writeFileSync(join(folder, 'cgroup.kill'), '1');
    },
    remove: async () => {
      // The kernel lets go of a killed process a moment after; the group says so by becoming removable.
      for (;;) {
        try {
          for (const group of groupsIn(folder)) rmdirSync(group);
          return;
        } catch (error) {
          // Gone meanwhile, or not empty yet: looked at once more.
          if (!hasCode(error, 'ENOENT', 'EBUSY')) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

/** Returns a group and those that a function made inside, the deepest first; none when it is not there. */
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

/** Returns what is read of a group, or undefined when it has gone. */
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

function signal(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    if (!hasCode(error, 'ESRCH')) throw error;
  }
}
