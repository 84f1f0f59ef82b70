import { readFileSync } from 'node:fs';

/** The identity of a process. Its pid alone is not enough, because pids are used again. */
export interface ProcessIdentity {
  pid: number;
  /** The time at which it started, in clock ticks since the boot (field 22 of /proc/PID/stat). */
  startTime: string;
  bootId: string;
}

/** Returns the kernel's id of this boot. */
export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Returns which boot this is, and the milliseconds that the machine has been up: a clock that nobody can set. */
export function bootClock(): { id: string; uptime: number } {
  return {
    id: bootId(),
    uptime: Math.round(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 1000),
  };
}

/** Returns the identity of a running process; undefined when none has this pid. Zombies count as gone. */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  // The command's name, in parentheses, may itself hold blanks and parentheses; the fields after the last one are
  // fixed.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, startTime] = [fields[0], fields[19]];
  if (startTime === undefined || state === 'Z' || state === 'X') return undefined;
  return { pid, startTime, bootId: bootId() };
}

/** Tells whether exactly this process still runs. */
export function isAlive(identity: ProcessIdentity): boolean {
  const now = identify(identity.pid);
  return now !== undefined && now.startTime === identity.startTime && now.bootId === identity.bootId;
}

/** Returns a noted identity of a process; undefined for anything else, as the note may be spoiled. */
export function readIdentity(value: unknown): ProcessIdentity | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { pid, startTime, bootId } = value as Partial<Record<keyof ProcessIdentity, unknown>>;
  if (!Number.isSafeInteger(pid) || Number(pid) <= 0) return undefined;
  if (typeof startTime !== 'string' || typeof bootId !== 'string') return undefined;
  return { pid: Number(pid), startTime, bootId };
}
