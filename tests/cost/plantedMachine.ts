import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addressOf } from '../../shared/network/network.ts';
import {
  dockerSocket,
  dockerUnit,
  mapperDevice,
  mountPath,
  nameLink,
  operationFolder,
  repositoriesFolder,
  RUN_FOLDER,
  slotsFile,
  volumeFile,
} from '../../renet/paths.ts';
import type { RecordedContainer } from './recorded.ts';

/** A repository whose daemon is up, and its containers, of which nothing changes. */
export interface PlantedRepository {
  readonly socket: string;
  readonly data: string;
  readonly containers: readonly RecordedContainer[];
  /** The addresses of its services. */
  readonly addresses: readonly string[];
}

const ENDED_OPERATIONS = 200;
const FIRST_NETWORK_ID = 2816;
const MEMORY = '268435456\n';

/** Returns a GUID that is the same for the same words. */
function guidOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}

function mount(type: string, source: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', type, source, folder]);
}

/**
 * Plants a machine with running repositories into the mounts that this process sees, which must be its own: /run, /mnt, the
 * control groups and /var/lib are hidden, and a file system in memory is mounted for each volume. `datastore`: a folder in
 * one of these.
 */
export function plantMachine(datastore: string, repositories: number, services: number): PlantedRepository[] {
  for (const folder of ['/run', '/mnt', '/sys/fs/cgroup', '/var/lib']) mount('tmpfs', 'tmpfs', folder);
  mkdirSync(RUN_FOLDER);
  const paths = { datastore, run: RUN_FOLDER };
  mkdirSync(repositoriesFolder(paths), { recursive: true });
  const planted = Array.from({ length: repositories }, (_, index) =>
    plantRepository(datastore, `project-${String(index).padStart(2, '0')}`, {
      networkId: FIRST_NETWORK_ID + 64 * index,
      services: Array.from({ length: services }, (_, service) => `service-${service}`),
    }),
  );
  for (let index = 0; index < ENDED_OPERATIONS; index += 1)
    plantOperation(datastore, index, `project-${String(index % repositories).padStart(2, '0')}`);
  return planted;
}

function plantRepository(
  datastore: string,
  name: string,
  { networkId, services }: { networkId: number; services: readonly string[] },
): PlantedRepository {
  const paths = { datastore, run: RUN_FOLDER };
  const guid = guidOf(name);
  const root = mountPath(paths, guid);
  writeFileSync(volumeFile(paths, guid), '');
  truncateSync(volumeFile(paths, guid), 10 * 1024 ** 3);
  const metadata = { name, guid, networkId, created: '2026-01-01T00:00:00.000Z' };
  writeFileSync(`${volumeFile(paths, guid)}.json`, JSON.stringify(metadata));
  // The kernel names a file system in memory as it is told to: as the opened volume that the agent looks for.
  mount('tmpfs', mapperDevice(guid), root);
  symlinkSync(guid, nameLink(paths, name));
  writeFileSync(
    join(root, 'Rediaccfile'),
    'up() { renet compose -- up -d; }\ndown() { renet compose -- down; }\n',
  );
  writeFileSync(join(root, 'compose.yml'), composeText(services));
  writeFileSync(join(root, '.env'), 'VERSION=1.4.2\nDATA=/data\n');
  const slots = Object.fromEntries(services.map((service, slot) => [service, { slot }]));
  writeFileSync(slotsFile(paths, guid), JSON.stringify({ services: slots }));
  mkdirSync(join(root, '.rediacc'), { mode: 0o700 });
  const containers = services.map((service) => ({
    ...{ service, project: guid, folder: root },
    id: createHash('sha256').update(`${guid} ${service}`).digest('hex'),
  }));
  for (const { id } of containers) plantGroup(networkId, id);
  return {
    socket: dockerSocket(networkId),
    data: join(root, '.rediacc', 'docker'),
    containers,
    addresses: services.map((_, slot) => addressOf(networkId, slot)),
  };
}

/** Returns a compose file as people write them. */
function composeText(services: readonly string[]): string {
  const each = services.map(
    (service) => `  ${service}:
    image: registry.example.org/${service}:\${VERSION:-1.4}
    restart: unless-stopped
    environment:
      LISTEN: \${${service.toUpperCase().replace(/-/g, '_')}_IP}
      LEVEL: information
    volumes:
      - ${service}-data:\${DATA:-/data}
    healthcheck:
      test: [CMD, /usr/bin/probe, --address, "\${${service.toUpperCase().replace(/-/g, '_')}_IP}"]
      interval: 30s
`,
  );
  const volumes = services.map((service) => `  ${service}-data:\n`);
  return `services:\n${each.join('')}volumes:\n${volumes.join('')}`;
}

/** Makes the files of a container's control group that are read. */
function plantGroup(networkId: number, id: string): void {
  const folder = join('/sys/fs/cgroup/rediacc.slice', dockerUnit(networkId), 'containers', id);
  mkdirSync(folder, { recursive: true });
  const statistics = 'usage_usec 5000000\nuser_usec 4000000\nsystem_usec 1000000\nnr_periods 0\n';
  writeFileSync(join(folder, 'cpu.stat'), statistics);
  writeFileSync(join(folder, 'memory.current'), MEMORY);
  writeFileSync(join(folder, 'memory.events'), 'low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n');
  writeFileSync(join(folder, 'cgroup.procs'), '');
  const all = join(folder, '..', 'memory.events');
  writeFileSync(all, 'low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\n');
}

/** Writes the log of an operation that has ended well. */
function plantOperation(datastore: string, index: number, name: string): void {
  const id = guidOf(`operation ${index}`);
  const folder = operationFolder({ datastore, run: RUN_FOLDER }, id);
  const startedAt = Date.parse('2026-11-20T08:00:00Z') + index * 600_000;
  const repository = { guid: guidOf(name), name };
  const operation = {
    ...{ id, verb: index % 2 === 0 ? 'down' : 'up', repository, startedAt, by: 'admin (laptop)' },
    ...{ origin: 'person', sequence: index + 1 },
  };
  const verdict = { kind: 'succeeded', failures: [], notRun: [] };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const events = [
    {
      n: 0,
      at: startedAt,
      output: 0,
      type: 'started',
      operation,
      plan: { verb: operation.verb, repository, steps: [] },
    },
    { n: 1, at: startedAt + 20_000, output: 0, type: 'verdict', verdict },
  ];
  writeFileSync(join(folder, 'events.jsonl'), events.map((event) => `${JSON.stringify(event)}\n`).join(''));
}
