import { readdirSync, readFileSync } from 'node:fs';

/** What a process has used until now: seconds of a processor, with those of its children that have ended, and waits. */
export interface Used {
  readonly cpuSeconds: number;
  /** How often its threads gave up the processor to wait for something. */
  readonly waits: number;
}

/** The memory of a process, MiB. PSS counts a page that several share by its part. */
export interface Memory {
  readonly rss: number;
  readonly pss: number;
}

/** The kernel's ticks a second, in which it counts a process's time (sysconf(_SC_CLK_TCK), on every Linux). */
const TICKS_A_SECOND = 100;

/** Reads what a process has used. */
export function usedBy(pid: number): Used {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  const waits = readdirSync(`/proc/${pid}/task`).reduce((sum, task) => {
    const status = readFileSync(`/proc/${pid}/task/${task}/status`, 'utf8');
    return sum + Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0);
  }, 0);
  return { cpuSeconds: ticks / TICKS_A_SECOND, waits };
}

/** Reads a process's memory. */
export function memoryOf(pid: number): Memory {
  const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
  const mebi = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return { rss: mebi('Rss'), pss: mebi('Pss') };
}
