import { readFileSync } from 'node:fs';
import { hasCode } from '../host.ts';
import { dockerUnit } from '../paths.ts';

/** The processor time that a container has used since its start, and its memory now (bytes). */
export interface Usage {
  /** The time of the reading, milliseconds of a clock that nobody can set. */
  at: number;
  cpuMicroseconds: number;
  memory: number;
}

const CGROUPS = '/sys/fs/cgroup';

/** Returns the folder of a container's control group (cgroup v2; daemonConfig.ts sets its parent). */
function groupOf(networkId: number, container: string, root: string): string {
  return `${root}/rediacc.slice/${dockerUnit(networkId)}/containers/${container}`;
}

/** Returns the ids of a container's processes; none when it does not run. */
export function processesOf(networkId: number, container: string, root = CGROUPS): string[] {
  try {
    const listed = readFileSync(`${groupOf(networkId, container, root)}/cgroup.procs`, 'utf8');
    return listed.split('\n').filter(Boolean);
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
}

/** Reads a container's usage from its control group; undefined when it does not run. */
export function containerUsage(networkId: number, container: string, root = CGROUPS): Usage | undefined {
  const folder = groupOf(networkId, container, root);
  try {
    const cpu = /^usage_usec (\d+)/m.exec(readFileSync(`${folder}/cpu.stat`, 'utf8'))?.[1];
    const memory = Number(readFileSync(`${folder}/memory.current`, 'utf8'));
    return { at: performance.now(), cpuMicroseconds: Number(cpu ?? 0), memory };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/**
 * Reads how many processes the kernel has killed for want of memory in a container's control group or, without a container,
 * in all that a daemon has had; undefined when there is no such group.
 */
export function memoryKills(networkId: number, container?: string, root = CGROUPS): number | undefined {
  const folder = groupOf(networkId, container ?? '', root);
  try {
    const kills = /^oom_kill (\d+)/m.exec(readFileSync(`${folder}/memory.events`, 'utf8'))?.[1];
    return kills === undefined ? undefined : Number(kills);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

/** Tells whether an error means that a control group is gone; ENODEV: it went while it was read. */
function isGone(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENODEV');
}

/**
 * Returns the share of processors that a container used since `before` (1 is one whole processor), and its memory now
 * in bytes.
 */
export function shownUsage(
  usage: Usage | undefined,
  before: Usage | undefined,
): { cpu?: number; memory?: number } {
  if (usage === undefined) return {};
  const { memory } = usage;
  if (before === undefined || usage.at <= before.at) return { memory };
  const cpu = (usage.cpuMicroseconds - before.cpuMicroseconds) / 1000 / (usage.at - before.at);
  // The time is less than before when the container was started again in between.
  return cpu < 0 ? { memory } : { cpu: Math.round(cpu * 1000) / 1000, memory };
}
