import { readFileSync } from 'node:fs';
import { hasCode } from './host.ts';
import { dockerUnit } from './paths.ts';

/** What one container has used: processor time since its start, and memory now. */
export interface Usage {
  /** Milliseconds since the epoch. */
  at: number;
  cpuMicroseconds: number;
  memory: number;
}

/** Reads a container's control group (cgroup v2, daemonConfig's cgroup-parent); undefined when it does not run. */
export function usageOf(networkId: number, container: string, root = '/sys/fs/cgroup'): Usage | undefined {
  const folder = `${root}/rediacc.slice/${dockerUnit(networkId)}/containers/${container}`;
  try {
    const cpu = /^usage_usec (\d+)/m.exec(readFileSync(`${folder}/cpu.stat`, 'utf8'))?.[1];
    const memory = Number(readFileSync(`${folder}/memory.current`, 'utf8'));
    return { at: Date.now(), cpuMicroseconds: Number(cpu ?? 0), memory };
  } catch (error) {
    // ENODEV: the group went while it was read.
    if (hasCode(error, 'ENOENT', 'ENODEV')) return undefined;
    throw error;
  }
}

/** What is shown of it; the processors need a look before. */
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
