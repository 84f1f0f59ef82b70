import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lookAtMachine, metricsOf } from './metrics.ts';
import { containerUsage, memoryKills, processesOf, shownUsage } from './usage.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-proc-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

describe('metrics', () => {
  it('are what two looks at the machine tell together', () => {
    write({
      stat: 'cpu  100 0 0 900 0 0 0 0\ncpu0 100 0 0 900 0 0 0 0\n',
      meminfo: 'MemTotal: 2000 kB\nMemAvailable: 500 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n',
      loadavg: '0.10 0.20 0.30 1/2 3\n',
      uptime: '100.50 90.00\n',
      'net/dev': ' eth0: 1000 0 0 0 0 0 0 0 500 0 0 0 0 0 0 0\n',
    });
    const first = lookAtMachine({ path: folder, total: 9, available: 4 }, folder);
    expect(metricsOf(first)).toMatchObject({ cpu: 0.1, cpus: 1, uptime: 100, network: { in: 10, out: 5 } });
    write({
      stat: 'cpu  130 0 0 970 0 0 0 0\ncpu0 130 0 0 970 0 0 0 0\n',
      'net/dev': ' eth0: 5000 0 0 0 0 0 0 0 700 0 0 0 0 0 0 0\n',
    });
    const second = lookAtMachine({ path: folder, total: 9, available: 4 }, folder);
    second.at = first.at + 2000;
    // Somebody sets the clock in between.
    second.now.at = first.now.at - 3_600_000;
    const metrics = metricsOf(second, first);
    expect(metrics).toMatchObject({
      cpu: 0.3,
      load: [0.1, 0.2, 0.3],
      memory: { total: 2_048_000, available: 512_000 },
      network: { in: 2000, out: 100 },
      datastore: { path: folder, total: 9, available: 4 },
    });
    expect(metrics.swap).toBeUndefined();
  });
});

describe('what a container uses', () => {
  const group = (id: string): string =>
    join('rediacc.slice/rediacc-docker-2816.service/containers', id, 'cpu.stat');

  it('tells the processes that were killed for want of memory, of one container and of all there were', () => {
    const events = 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n';
    write({
      [join(dirname(group('abc')), 'memory.events')]: events,
      [join(dirname(group('abc')), '../memory.events')]: events.replace('kill 2', 'kill 5'),
    });
    expect(memoryKills(2816, 'abc', folder)).toBe(2);
    expect(memoryKills(2816, undefined, folder)).toBe(5);
    expect(memoryKills(2816, 'def', folder)).toBeUndefined();
  });

  it('is read from its control group', () => {
    write({
      [group('abc')]: 'usage_usec 5000000\nuser_usec 1\n',
      [join(dirname(group('abc')), 'memory.current')]: '4096\n',
      [join(dirname(group('abc')), 'cgroup.procs')]: '12\n34\n',
    });
    expect(containerUsage(2816, 'abc', folder)).toMatchObject({ cpuMicroseconds: 5_000_000, memory: 4096 });
    expect(containerUsage(2816, 'gone', folder)).toBeUndefined();
    expect([processesOf(2816, 'abc', folder), processesOf(2816, 'gone', folder)]).toEqual([['12', '34'], []]);
  });

  it.each([
    ['first looked at', undefined, { memory: 7 }],
    [
      'busy on one and a half processors',
      { at: 1000, cpuMicroseconds: 0, memory: 1 },
      { cpu: 1.5, memory: 7 },
    ],
    ['started again in between', { at: 1000, cpuMicroseconds: 9_000_000, memory: 1 }, { memory: 7 }],
  ])('%s', (_, before, shown) => {
    expect(shownUsage({ at: 3000, cpuMicroseconds: 3_000_000, memory: 7 }, before)).toEqual(shown);
  });

  it('is nothing while it does not run', () => {
    expect(shownUsage(undefined, { at: 1, cpuMicroseconds: 1, memory: 1 })).toEqual({});
  });
});
