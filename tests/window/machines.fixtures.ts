import type { MachineState } from '../../shared/api/apiModel.ts';
import type { OperationSummary, Repository } from '../../shared/model.ts';
import type { MachineContainer, Metrics } from '../../shared/protocol/observation.ts';
import { webapp } from './panes.fixtures.ts';

const GIBI = 1024 ** 3;
const HOUR = 3_600_000;

/** Returns the GUID of a repository of `prod1`, by its number. */
const guidOf = (number: number): string => `0b5e8c1a-6c0e-4b52-9a55-0c9c1c5b8f${10 + number}`;

const operation = (
  name: string,
  guid: string,
  change: Partial<OperationSummary> & Pick<OperationSummary, 'verb' | 'state' | 'startedAt'>,
): OperationSummary => ({
  id: guid.replace('0b5e', '7d3a'),
  repository: { guid, name },
  origin: 'person',
  by: 'deploy (ana@laptop)',
  ...(change.state === 'running' ? {} : { endedAt: change.startedAt + 30_000 }),
  ...change,
});

/** Makes a closed repository, of which neither the used space nor the services can be seen. */
function closedOne(change: Partial<Repository>): Repository {
  const { guid, name, networkId, created, path, size, autostart, notices } = webapp;
  return {
    ...{ guid, name, networkId, created, path, size, autostart, notices },
    ...{ state: 'closed', mounted: false, daemon: false, running: 0, services: [] },
    ...change,
  };
}

/** Makes the five repositories of the design's picture. */
export function fiveRepositories(now: number): Repository[] {
  const repository = (at: number, name: string, change: Partial<Repository>): Repository => ({
    ...webapp,
    guid: guidOf(at),
    name,
    networkId: 2816 + 64 * at,
    path: `/mnt/rediacc/repos/${guidOf(at)}`,
    ...change,
  });
  const last = (at: number, name: string, change: Parameters<typeof operation>[2]) => ({
    lastOperation: operation(name, guidOf(at), change),
  });
  const services = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...webapp.services[0], name: `s${at}`, slot: at }) as never);
  return [
    repository(0, 'webapp', {
      state: 'busy',
      autostart: { enabled: true },
      operation: operation('webapp', guidOf(0), { verb: 'up', state: 'running', startedAt: now - 8_000 }),
    }),
    repository(1, 'mail', {
      ...{ state: 'running', size: 20 * GIBI, used: 11.7 * GIBI, running: 4, services: services(4) },
      autostart: { enabled: true },
      ...last(1, 'mail', { verb: 'up', state: 'succeeded', startedAt: now - 41 * 24 * HOUR, origin: 'boot' }),
    }),
    repository(2, 'analytics', {
      ...{ state: 'degraded', size: 96 * GIBI, used: 88 * GIBI, running: 5, services: services(6) },
      autostart: { enabled: true },
      ...last(2, 'analytics', { verb: 'up', state: 'warnings', startedAt: now - 26 * HOUR }),
    }),
    repository(3, 'staging-copy', {
      ...{ state: 'daemon-up', running: 0, parent: guidOf(0) },
      ...last(3, 'staging-copy', { verb: 'down', state: 'succeeded', startedAt: now - 3 * HOUR }),
    }),
    closedOne({
      ...{ guid: guidOf(4), name: 'archive', networkId: 3072, size: 200 * GIBI },
      ...last(4, 'archive', { verb: 'unmount', state: 'succeeded', startedAt: now - 200 * 24 * HOUR }),
    }),
  ];
}

const container = (
  repository: [number, string],
  service: string,
  change: Partial<MachineContainer>,
): MachineContainer => ({
  id: `${repository[1]}-${service}`,
  name: `${repository[1]}-${service}-1`,
  image: 'busybox:1',
  state: 'running',
  status: 'Up 3 minutes (healthy)',
  health: 'healthy',
  service,
  repository: { guid: guidOf(repository[0]), name: repository[1] },
  restarts: 0,
  ...change,
});

/** Makes the containers of three daemons: one that fell over, one healthy, one that starts. */
export function threeContainers(now: number): MachineContainer[] {
  const mebi = 1024 ** 2;
  return [
    container([0, 'webapp'], 'api', {
      ...{ health: 'starting', address: '127.0.11.2', cpu: 0.34, memory: 96 * mebi, startedAt: now - 2000 },
    }),
    container([0, 'webapp'], 'postgres', {
      ...{ address: '127.0.11.3', cpu: 0.012, memory: 212 * mebi, startedAt: now - 8000 },
    }),
    container([2, 'analytics'], 'clickhouse', {
      ...{ state: 'exited', status: 'Exited (137) 2 minutes ago', health: 'none', exitCode: 137 },
      ...{ address: '127.0.11.131', restarts: 4, startedAt: now - 120_000 },
    }),
  ];
}

/** Makes a few minutes of a machine's figures, the newest of them at `now`. */
export function figures(now: number, count = 60): Metrics[] {
  return Array.from({ length: count }, (_, at) => {
    const wave = Math.sin(at / 5) * 0.6 + Math.sin(at / 1.7) * 0.25;
    return {
      at: now - (count - 1 - at) * 3000,
      cpu: at === count - 1 ? 0.23 : 0.3 + wave * 0.12,
      cpus: 4,
      load: [0.4, 0.5, 0.6],
      memory: { total: 16 * GIBI, available: (6.6 + wave * 0.2) * GIBI },
      datastore: { path: '/mnt/rediacc', total: 400 * GIBI, available: (58 + (count - at) * 0.05) * GIBI },
      network: { in: (3.1 + wave) * 1024 ** 2, out: (0.8 + wave / 3) * 1024 ** 2 },
      uptime: 41 * 86_400,
    };
  });
}

/** Makes a connected machine with five repositories, as in the design's picture. */
export function prod1(now: number, change: Partial<MachineState> = {}): MachineState {
  return {
    machine: {
      ...{ context: 'production', name: 'prod-1', host: '203.0.113.50', port: 22, user: 'deploy' },
      datastore: '/mnt/rediacc',
    },
    connection: { state: 'connected', since: now - HOUR, latency: 12 },
    lastSeen: now,
    info: {
      hostname: 'prod-1',
      os: 'Debian GNU/Linux 13 (trixie)',
      kernel: '6.12.48',
      architecture: 'x86_64',
      uptime: 41 * 86_400,
      bootId: 'b',
      cpus: 4,
      load: [0.4, 0.5, 0.6],
      memoryTotal: 16 * GIBI,
      memoryAvailable: 6.6 * GIBI,
      datastore: { path: '/mnt/rediacc', total: 400 * GIBI, available: 58 * GIBI },
      agent: '1.0.0',
      node: 'v20.19.2',
      repositories: 5,
    },
    metrics: figures(now),
    repositories: fiveRepositories(now),
    containers: threeContainers(now),
    operations: [],
    ...change,
  };
}
