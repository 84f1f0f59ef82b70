import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname } from 'node:path';

/** A container, as far as its daemon's answers differ from another's. */
export interface RecordedContainer {
  readonly id: string;
  readonly service: string;
  readonly project: string;
  readonly folder: string;
}

/**
 * Answers on a socket as a Docker daemon did, with the sizes of its true answers, for containers of which nothing changes.
 * `data`: the folder of the daemon's data.
 */
export async function playDaemon(
  socket: string,
  data: string,
  containers: readonly RecordedContainer[],
): Promise<void> {
  const list = JSON.stringify(containers.map(listed));
  const each = new Map(
    containers.map((one) => [`/containers/${one.id}/json`, JSON.stringify(inspected(one))]),
  );
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://daemon');
    // Nothing happens here: whoever follows hears of nothing.
    if (pathname === '/events') response.flushHeaders();
    else if (pathname === '/_ping') response.end('OK');
    else if (pathname === '/info') response.end(JSON.stringify({ DockerRootDir: data }));
    else if (pathname === '/containers/json') response.end(list);
    else response.end(each.get(pathname) ?? '{}');
  });
  mkdirSync(dirname(socket), { recursive: true });
  server.listen(socket);
  await once(server, 'listening');
}

const IMAGE = `sha256:${'5f1c8a7e'.repeat(8)}`;
const STARTED = '2026-11-20T08:15:42.118274655Z';

function labelsOf({ service, project, folder }: RecordedContainer): Record<string, string> {
  return {
    'com.docker.compose.config-hash': 'c0ffee42'.repeat(8),
    'com.docker.compose.container-number': '1',
    'com.docker.compose.depends_on': '',
    'com.docker.compose.image': IMAGE,
    'com.docker.compose.oneoff': 'False',
    'com.docker.compose.project': project,
    'com.docker.compose.project.config_files': `${folder}/compose.yml,${folder}/.rediacc/compose.override.yml`,
    'com.docker.compose.project.working_dir': folder,
    'com.docker.compose.service': service,
    'com.docker.compose.version': '2.32.4',
    'org.opencontainers.image.title': service,
    'org.opencontainers.image.vendor': 'an example of a usual length',
  };
}

function listed(container: RecordedContainer): object {
  const { id, service, project } = container;
  return {
    Id: id,
    Names: [`/${project}-${service}-1`],
    Image: `registry.example.org/${service}:1.4.2`,
    ImageID: IMAGE,
    Command: `"/docker-entrypoint.sh ${service} --configuration /etc/${service}/server.conf"`,
    Created: 1_763_626_542,
    Ports: [],
    Labels: labelsOf(container),
    State: 'running',
    Status: 'Up 10 days (healthy)',
    HostConfig: { NetworkMode: 'host' },
    NetworkSettings: { Networks: { host: network } },
    Mounts: [mountOf(container)],
  };
}

/** The parts of an inspection that are long: what Docker 27 says of a container in the machine's own network. */
function inspected(container: RecordedContainer): object {
  const { id, service, project } = container;
  return {
    Id: id,
    Created: STARTED,
    Path: '/docker-entrypoint.sh',
    Args: [service, '--configuration', `/etc/${service}/server.conf`],
    State: {
      ...{
        Status: 'running',
        Running: true,
        Paused: false,
        Restarting: false,
        OOMKilled: false,
        Dead: false,
      },
      ...{ Pid: 4242, ExitCode: 0, Error: '', StartedAt: STARTED, FinishedAt: '0001-01-01T00:00:00Z' },
      Health: { Status: 'healthy', FailingStreak: 0, Log: Array.from({ length: 5 }, () => probe) },
    },
    Image: IMAGE,
    Name: `/${project}-${service}-1`,
    RestartCount: 0,
    HostConfig: {
      NetworkMode: 'host',
      LogConfig: { Type: 'json-file', Config: { 'max-file': '3', 'max-size': '20m' } },
      RestartPolicy: { Name: 'unless-stopped', MaximumRetryCount: 0 },
      MaskedPaths: Array.from({ length: 11 }, (_, index) => `/proc/masked-path-of-docker/${index}`),
      ReadonlyPaths: Array.from({ length: 5 }, (_, index) => `/proc/read-only-path/${index}`),
      ...Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`AnOptionOfDocker${index}`, null])),
    },
    Mounts: [mountOf(container)],
    Config: {
      Tty: false,
      Env: Array.from(
        { length: 20 },
        (_, index) => `A_VARIABLE_${index}=a value of a usual length, ${index}`,
      ),
      Labels: labelsOf(container),
    },
    NetworkSettings: { Networks: { host: network } },
  };
}

const probe = { Start: STARTED, End: STARTED, ExitCode: 0, Output: 'accepting connections\n'.repeat(3) };

const network = {
  ...{ IPAMConfig: null, Links: null, Aliases: null, MacAddress: '', DriverOpts: null, DNSNames: null },
  ...{ NetworkID: 'ab12cd34'.repeat(8), EndpointID: 'ef56ab78'.repeat(8), Gateway: '', IPAddress: '' },
};

function mountOf({ service, project, folder }: RecordedContainer): object {
  const name = `${project}_${service}-data`;
  const source = `${folder}/.rediacc/docker/volumes/${name}/_data`;
  return {
    Type: 'volume',
    Name: name,
    Source: source,
    Destination: '/data',
    Driver: 'local',
    Mode: 'z',
    RW: true,
  };
}
