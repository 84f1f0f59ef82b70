import { readFileSync } from 'node:fs';
import { hasCode } from '../host.ts';
import { dockerUnit } from '../paths.ts';

/** What one container has used: processor time since its start, and memory now. */
export interface Usage {
  /** Milliseconds since the epoch. */
  at: number;
  cpuMicroseconds: number;
  memory: number;
}

const CGROUPS = '/sys/fs/cgroup';

/** Returns a container's control group (cgroup v2, daemonConfig's cgroup-parent). */
function groupOf(networkId: number, container: string, root: string): string {
  return `${root}/rediacc.slice/${dockerUnit(networkId)}/containers/${container}`;
}

/** Returns the processes of a container; none when it does not run. */
export function processesOf(networkId: number, container: string, root = CGROUPS): string[] {
  try {
    const listed = readFileSync(`${groupOf(networkId, container, root)}/cgroup.procs`, 'utf8');
    return listed.split('\n').filter(Boolean);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Reads what a container uses from its control group; undefined when it does not run. */
export function containerUsage(networkId: number, container: string, root = CGROUPS): Usage | undefined {
  const folder = groupOf(networkId, container, root);
  try {
    const cpu = /^usage_usec (\d+)/m.exec(readFileSync(`${folder}/cpu.stat`, 'utf8'))?.[1];
    const memory = Number(readFileSync(`${folder}/memory.current`, 'utf8'));
    return { at: Date.now(), cpuMicroseconds: Number(cpu ?? 0), memory };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Tells whether a control group is gone; ENODEV says that it went while it was read. */
function isGone(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENODEV');
}

/** Returns a container's use of processors since the look before, and of memory now. */
export function shownUsage(
  usage: Usage | undefined,
  before: Usage | undefined,
): { cpu?: number; memory?: number } {
  if (usage === undefined) return {};
  const { memory } = usage;
  if (before === undefined || usage.at <= before.at) return { memory };
  const cpu = (usage.cpuMicroseconds - before.cpuMicroseconds) / 1000 / (usage.at - before.at);
  // Less than before: it has been started again in between.
  return cpu < 0 ? { memory } : { cpu: Math.round(cpu * 1000) / 1000, memory };
}
