import { readFileSync } from 'node:fs';
import type { Metrics } from '../../shared/protocol/observation.ts';
import { parseCpu, parseLoad, parseMemory, parseNetwork } from './procfs.ts';
import type { CpuTicks } from './procfs.ts';

/** The figures of one look at a machine: those of this moment, and counters since the boot. */
export interface Look {
  /** The time of the look, milliseconds of a clock that nobody can set. */
  at: number;
  now: Omit<Metrics, 'cpu' | 'network'>;
  cpu: CpuTicks;
  network: { in: number; out: number };
}

/** The bytes of the datastore's file system. */
export type Space = Metrics['datastore'];

/**
 * Reads the machine's figures. The reads are synchronous because files of /proc are made while they are read, which
 * costs less than the thread pool would; what a disk has to tell, `space`, is read before.
 */
export function lookAtMachine(space: Space, proc = '/proc'): Look {
  const read = (name: string): string => readFileSync(`${proc}/${name}`, 'utf8');
  const cpu = parseCpu(read('stat'));
  const { memory, swap } = parseMemory(read('meminfo'));
  return {
    at: performance.now(),
    cpu,
    network: parseNetwork(read('net/dev')),
    now: {
      at: Date.now(),
      cpus: cpu.cpus,
      load: parseLoad(read('loadavg')),
      memory,
      ...(swap.total === 0 ? {} : { swap }),
      datastore: space,
      uptime: Math.floor(Number(read('uptime').split(' ')[0])),
    },
  };
}

/** Returns the metrics between two looks; without `before`, since the boot. */
export function metricsOf(look: Look, before?: Look): Metrics {
  const seconds = before === undefined ? look.now.uptime : (look.at - before.at) / 1000;
  const perSecond = (direction: 'in' | 'out'): number =>
    seconds <= 0
      ? 0
      : Math.max(0, Math.round((look.network[direction] - (before?.network[direction] ?? 0)) / seconds));
  const total = look.cpu.total - (before?.cpu.total ?? 0);
  const busy = look.cpu.busy - (before?.cpu.busy ?? 0);
  return {
    ...look.now,
    cpu: total <= 0 ? 0 : Math.min(1, Math.max(0, Math.round((busy / total) * 1000) / 1000)),
    network: { in: perSecond('in'), out: perSecond('out') },
  };
}
