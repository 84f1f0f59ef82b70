import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasCode } from './host.ts';

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
  /** SIGTERM to each. */
  terminate(): void;
  /** Ends everything at once; nothing inside can evade it. */
  kill(): void;
  /** Removes the empty group; resolves when it is gone. */
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

/** The cgroup v2 folder this process's unit may divide: the parent of its own group (DelegateSubgroup=renet). */
export function delegatedCgroup(): string {
  const line = readFileSync('/proc/self/cgroup', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('0::'));
  const own = line?.slice(3) ?? '/';
  return join('/sys/fs/cgroup', own, '..');
}

function scope(folder: string): Scope {
  const pids = (): number[] => {
    // Sub-groups made inside (none by us) are covered by kill(); listing the group itself is enough for names.
    if (!existsSync(folder)) return [];
    return readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean).map(Number);
  };
  return {
    // The shell moves itself, then becomes the command: there is no moment in which a child could escape.
    enter: ['/bin/sh', '-c', 'echo 0 > "$0"/cgroup.procs && exec "$@"', folder],
    processes: () => pids().map((pid) => ({ pid, name: nameOf(pid) })),
    terminate: () => {
      for (const pid of pids()) signal(pid);
    },
    kill: () => {
      if (existsSync(folder)) writeFileSync(join(folder, 'cgroup.kill'), '1');
    },
    remove: async () => {
      // The kernel lets go of a killed process a moment after; the group says so by becoming removable.
      for (;;) {
        try {
          rmdirSync(folder);
          return;
        } catch (error) {
          if (hasCode(error, 'ENOENT')) return;
          if (!hasCode(error, 'EBUSY')) throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
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
