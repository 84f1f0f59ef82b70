import { describe, expect, it } from 'vitest';
import { exitOfHealth, judgeHealth, worstLevel } from './health.ts';
import type { HealthFacts, HealthLevel } from './health.ts';
import type { MachineInfo, Repository } from './model.ts';
import type { MachineContainer } from './protocol/observation.ts';

const info: MachineInfo = {
  hostname: 'prod-1',
  os: 'Debian GNU/Linux 13',
  kernel: '6.12',
  architecture: 'x64',
  uptime: 1000,
  bootId: 'b',
  cpus: 4,
  load: [9, 9, 1],
  memoryTotal: 1000,
  memoryAvailable: 600,
  datastore: { path: '/mnt/rediacc', total: 1000, available: 500 },
  agent: '0.1.0',
  node: '20.0.0',
  docker: '26.1.5',
  compose: '2.26.1',
  cryptsetup: '2.7.5',
  repositories: 1,
};

const guid = '11111111-1111-4111-8111-111111111111';

function repository(change: Partial<Repository>): Repository {
  return {
    ...{ guid, name: 'shop', networkId: 2816, created: '', path: '', notices: [], services: [] },
    ...{
      state: 'running',
      mounted: true,
      daemon: true,
      size: 1000,
      running: 1,
      autostart: { enabled: false },
    },
    ...change,
  };
}

function container(change: Partial<MachineContainer>): MachineContainer {
  return {
    ...{ id: 'c', name: 'web', image: 'x', state: 'running', status: 'Up', health: 'none', restarts: 0 },
    repository: { guid, name: 'shop' },
    ...change,
  };
}

const judge = (change: Partial<HealthFacts>) =>
  judgeHealth({ info, repositories: [], containers: [], version: '0.1.0', ...change });

/** Returns the checks that are not well, each with its level. */
const trouble = (change: Partial<HealthFacts>): [string, HealthLevel][] =>
  judge(change)
    .filter(({ level }) => level !== 'ok')
    .map(({ code, level }) => [code, level]);

describe("a machine's health", () => {
  it('is well when everything is', () => {
    const all = { repositories: [repository({})], containers: [container({})] };
    expect(trouble(all)).toEqual([]);
    expect(judge(all).map(({ code }) => code)).toEqual([
      ...['load', 'memory', 'datastore', 'agent', 'repository', 'container'],
    ]);
  });

  it.each<[string, Partial<MachineInfo>, [string, HealthLevel][]]>([
    ['a clock that is right', { clockAhead: 900 }, []],
    ['a clock, warning', { clockAhead: -60_000 }, [['clock', 'warning']]],
    ['a clock, error', { clockAhead: 3_600_000 }, [['clock', 'error']]],
    ['a load that is gone again', { load: [99, 99, 5.9] }, []],
    ['load, warning', { load: [0, 0, 6] }, [['load', 'warning']]],
    ['load, error', { load: [0, 0, 16] }, [['load', 'error']]],
    ['memory, just below', { memoryAvailable: 151 }, []],
    ['memory, warning', { memoryAvailable: 150 }, [['memory', 'warning']]],
    ['memory, error', { memoryAvailable: 50 }, [['memory', 'error']]],
    [
      'datastore, warning',
      { datastore: { path: '/d', total: 1000, available: 150 } },
      [['datastore', 'warning']],
    ],
    [
      'datastore, critical',
      { datastore: { path: '/d', total: 1000, available: 50 } },
      [['datastore', 'critical']],
    ],
    ['another disk', { disks: [{ path: '/', total: 1000, available: 0 }] }, [['disk', 'critical']]],
    ['an older agent', { agent: '0.0.9' }, [['agent', 'warning']]],
    ['an agent for this connection alone', { resident: false }, [['agent-alone', 'warning']]],
    [
      'a resident agent that keeps ending',
      {
        resident: false,
        notices: [{ code: 'agent-failing', details: { restarts: 5, result: 'exit-code 1' } }],
      },
      [['agent-failing', 'error']],
    ],
    ['a resident agent', { resident: true }, []],
    ['a missing program', { docker: undefined }, [['program', 'error']]],
  ])('%s', (_, change, found) => {
    expect(trouble({ info: { ...info, ...change } })).toEqual(found);
  });

  it.each<[string, Partial<Repository>, [string, HealthLevel][]]>([
    ['degraded', { state: 'degraded' }, [['repository', 'error']]],
    ['failed', { state: 'failed' }, [['repository', 'error']]],
    ['damaged', { state: 'damaged' }, [['repository', 'critical']]],
    ['closed on purpose', { state: 'closed' }, []],
    [
      'closed in spite of autostart',
      { state: 'closed', autostart: { enabled: true } },
      [['repository-closed', 'warning']],
    ],
    ['busy', { state: 'busy' }, []],
    ['filling up', { used: 850, available: 150 }, [['volume', 'warning']]],
    ['full', { used: 1000, available: 0 }, [['volume', 'error']]],
  ])('a repository that is %s', (_, change, found) => {
    expect(trouble({ repositories: [repository(change)] })).toEqual(found);
  });

  it.each<[string, Partial<MachineContainer>, HealthLevel]>([
    ['unhealthy', { health: 'unhealthy' }, 'error'],
    ['starting', { health: 'starting' }, 'ok'],
    ['restarting', { state: 'restarting' }, 'error'],
    ['dead', { state: 'dead' }, 'error'],
    ['paused', { state: 'paused' }, 'warning'],
    ['exited', { state: 'exited' }, 'ok'],
  ])('a container that is %s', (_, change, level) => {
    expect(judge({ containers: [container(change)] }).at(-1)).toMatchObject({ code: 'container', level });
  });

  it('a container in a crash loop is an error, with its restarts and its exit code', () => {
    const crashLoop = { restarts: 8, startedAt: 1, exitCode: 3 };
    const details = { name: 'web', repository: 'shop', restarts: 8, exitCode: 3 };
    expect(judge({ containers: [container({ crashLoop })] }).at(-1)).toEqual({
      ...{ code: 'crash-loop', level: 'error', details },
    });
  });

  it('a container whose service left the compose file is a warning, unless something worse is', () => {
    const left = container({ orphan: true });
    const details = { name: 'web', repository: 'shop' };
    expect(judge({ containers: [left] }).at(-1)).toEqual({ code: 'service-left', level: 'warning', details });
    expect(judge({ containers: [{ ...left, health: 'unhealthy' }] }).at(-1)).toMatchObject({
      ...{ code: 'container', level: 'error' },
    });
  });

  it.each<[HealthLevel[], HealthLevel, number]>([
    [[], 'ok', 0],
    [['ok', 'warning'], 'warning', 10],
    [['warning', 'error', 'ok'], 'error', 11],
    [['critical', 'error'], 'critical', 12],
  ])('of %j the worst is %s, exit code %i', (levels, worst, exit) => {
    expect(worstLevel(levels.map((level) => ({ level })))).toBe(worst);
    expect(exitOfHealth(worst)).toBe(exit);
  });
});
