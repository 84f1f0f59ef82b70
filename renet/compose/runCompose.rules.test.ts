// On true files and processes: only docker is a program of the tests, which notes how it was called.

import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readFile,
  readdir,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { AppError } from '../../shared/errors.ts';
import type { Notice } from '../../shared/notices.ts';
import { realComposeDependencies, runCompose } from './runCompose.ts';
import type { ComposeDependencies } from './composeHost.ts';
import type { MadeContainer } from './madeContainers.ts';
import { arrival } from '../../tests/support/arrival.ts';
import { wildCase } from '../../tests/support/wildCase.ts';

const guid = '3f2a9c1e-0b7d-4c55-9a10-5d2e8f6b7c44';
let datastore = '';
let root = '';
let commands: {
  command: readonly string[];
  directory: string;
  environment: Record<string, string | undefined>;
}[] = [];
let notices: Notice[] = [];

beforeEach(async () => {
  datastore = await realpath(await mkdtemp(join(tmpdir(), 'rediacc-datastore-')));
  root = join(datastore, 'repos', guid);
  commands = [];
  notices = [];
  await mkdir(root, { recursive: true });
  await mkdir(join(datastore, 'repositories'));
  await symlink(guid, join(datastore, 'repos/shop'));
  const metadata = { guid, name: 'shop', networkId: 2816, created: '2025-01-01T00:00:00Z' };
  await writeFile(join(datastore, 'repositories', `${guid}.json`), JSON.stringify(metadata));
  await writeFile(join(datastore, 'repositories/broken.json'), '{');
  await write({ '.rediacc.json': '{"services": {"api": {"slot": 0}, "listmonk-db": {"slot": 1}}}' });
});

afterEach(async () => {
  await rm(datastore, { recursive: true });
});

async function write(texts: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

/** Makes the true dependencies, except for the mount, the user and the command, which is only recorded. */
function dependencies(changes: Partial<ComposeDependencies> = {}): ComposeDependencies {
  return {
    ...realComposeDependencies(datastore),
    run: join(datastore, 'run'),
    madeContainers: () => Promise.resolve([]),
    isRoot: true,
    workingDirectory: root,
    environment: { PATH: '/bin', HOME: '/root' },
    isMounted: (path) => Promise.resolve(path === root),
    notice: (notice) => {
      notices.push(notice);
      return Promise.resolve();
    },
    runCommand: (command, { directory, environment }) => {
      commands.push({ command, directory, environment });
      return Promise.resolve(0);
    },
    ...changes,
  };
}

/** Returns the words after `docker compose`, with the root as ROOT and the override's path as OVERRIDE. */
async function words(given: string[], changes: Partial<ComposeDependencies> = {}): Promise<string[]> {
  commands = [];
  await runCompose(given, dependencies(changes));
  const [program, compose, ...rest] = commands[0]?.command ?? [];
  expect([program, compose, commands.length]).toEqual(['docker', 'compose', 1]);
  const override = new RegExp(`^${datastore}/run/2816/compose/[0-9a-f]{32}\\.yml$`);
  return rest.map((word) => (override.test(word) ? 'OVERRIDE' : word.replace(`${root}/`, 'ROOT/')));
}

async function refusal(given: string[], changes: Partial<ComposeDependencies> = {}): Promise<unknown> {
  try {
    await runCompose(given, dependencies(changes));
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.details];
    throw error;
  }
  return 'ran';
}

describe('renet compose: whose daemon', () => {
  it('is that of the repository whose function it is, though another has its network id', async () => {
    await write({ 'compose.yaml': 'services: {api: {image: x}}\n' });
    // Its file comes first in the folder.
    const copy = '00000000-0000-4000-8000-000000000000';
    const metadata = { guid: copy, name: 'copy', networkId: 2816, created: '2024-01-01T00:00:00Z' };
    await writeFile(join(datastore, 'repositories', `${copy}.json`), JSON.stringify(metadata));
    const environment = { REPOSITORY_NETWORK_ID: '2816', REPOSITORY_NAME: guid };
    await words(['ps'], { environment, workingDirectory: '/' });
    expect(commands[0]?.environment['REPOSITORY_PATH']).toBe(root);
  });
});

/** Runs Compose with these words, and returns the override that it was given, parsed. */
async function overrideOf(given: string[]): Promise<unknown> {
  await runCompose(given, dependencies());
  const path = commands.at(-1)?.command.find((word) => word.includes('/run/2816/compose/')) ?? '';
  return parse(await readFile(path, 'utf8'), { logLevel: 'silent' });
}

describe('renet compose: a service that Compose 2.26 takes for an extension', () => {
  it('is taken over whole from its file by the override', async () => {
    await write(wildCase('08-service-named-x'));
    const base = { extends: { file: join(root, 'compose.yaml'), service: 'x-panel' } };
    const labels = (name: string): unknown => expect.objectContaining({ 'rediacc.service_name': name });
    expect(await overrideOf(['config'])).toEqual({
      services: {
        'x-panel': { ...base, labels: labels('x-panel'), volumes: expect.any(Array) as unknown },
        web: { labels: labels('web'), network_mode: 'host', volumes: expect.any(Array) as unknown },
      },
    });
  });

  it('is merged as any other where its file alone would not tell', async () => {
    const merged = {
      services: {
        'x-panel': expect.not.objectContaining({ extends: expect.anything() as unknown }) as unknown,
      },
    };
    await write({
      'compose.yaml': 'services: {x-panel: {image: x}}\n',
      'deep/more.yml': 'services: {x-panel: {image: y}}\n',
    });
    expect(await overrideOf(['-f', 'compose.yaml', '-f', 'deep/more.yml', 'config'])).toEqual(merged);
    expect(await overrideOf(['--project-directory', 'deep', '-f', 'compose.yaml', 'config'])).toEqual(merged);
    await write({ 'compose.yaml': 'include: [deep/more.yml]\n' });
    expect(await overrideOf(['config'])).toEqual(merged);
  });
});

describe('renet compose: what is run', () => {
  it('names the files, its override last, and gives daemon and addresses', async () => {
    await write({
      'compose.yaml': 'services: {api: {image: x}}\n',
      'compose.override.yaml': 'services: {}\n',
    });
    expect(await words(['--profile', 'debug', 'up', '-d', '--', 'api'])).toEqual([
      ...[
        '--profile',
        'debug',
        '-f',
        'ROOT/compose.yaml',
        '-f',
        'ROOT/compose.override.yaml',
        '-f',
        'OVERRIDE',
      ],
      ...['up', '-d', '--', 'api'],
    ]);
    expect(commands[0]).toMatchObject({
      directory: root,
      environment: {
        PATH: '/bin',
        HOME: '/root',
        API_IP: '127.0.11.2',
        LISTMONK_DB_IP: '127.0.11.3',
        REPOSITORY_PATH: root,
        REPOSITORY_NAME: guid,
        REPOSITORY_NETWORK_ID: '2816',
        DOCKER_HOST: 'unix:///var/run/rediacc/docker-2816.sock',
        PWD: root,
      },
    });
    expect(notices).toEqual([]);
  });

  it('keeps the override for root alone, at one path for the same bytes', async () => {
    await write({ 'compose.yaml': 'services: {api: {image: x}, listmonk-db: {image: y}}\n' });
    const paths = new Set<string | undefined>();
    for (const given of [['up', '-d'], ['ps'], ['up']]) {
      await runCompose(given, dependencies());
      paths.add(commands.at(-1)?.command.find((word) => word.includes('/run/')));
    }
    const [path = ''] = [...paths];
    expect(paths.size).toBe(1);
    const modes = [(await stat(path)).mode & 0o777, (await stat(dirname(path))).mode & 0o777];
    expect([modes, await readdir(dirname(path))]).toEqual([
      [0o600, 0o700],
      [path.slice(dirname(path).length + 1)],
    ]);
    expect(await readFile(path, 'utf8')).toContain('rediacc.service_ip: "127.0.11.2"');
  });

  it('gives an address to a service that only -f or a folder without a Rediaccfile brings', async () => {
    await write({
      ...wildCase('20-second-file-with-f'),
      'deeper/still/compose.yaml': 'services: {job: {}}\n',
    });
    const up = ['-f', 'docker-compose.yml', '-f', 'docker-compose.live.yml', 'up', '-d'];
    await words(up);
    expect(commands[0]?.environment).toMatchObject({ API_IP: '127.0.11.2', WORKER_IP: '127.0.11.4' });
    await words(['up'], { workingDirectory: join(root, 'deeper/still') });
    expect(commands[0]?.environment).toMatchObject({ WORKER_IP: '127.0.11.4', JOB_IP: '127.0.11.5' });
    await words(up);
    expect(notices).toEqual([
      { code: 'services-assigned', details: { services: 'worker 2' } },
      { code: 'services-assigned', details: { services: 'job 3' } },
    ]);
  });

  it('tells that several containers of a service share it', async () => {
    await write({ 'compose.yaml': 'services: {api: {}, listmonk-db: {network_mode: none}}\n' });
    const table: [string[], number[]][] = [
      [['up', '-d', '--scale', 'api=3', '--scale=listmonk-db=2'], [3]],
      [['scale', 'api=2'], [2]],
      [['up', '--scale', 'api=1', '--scale', 'other=2'], []],
      [['run', 'api', '--scale', 'api=3'], []],
    ];
    for (const [given, counts] of table) {
      notices = [];
      await words(given);
      expect([given, notices]).toEqual([
        given,
        counts.map((count) => ({ code: 'scaled-share-address', details: { service: 'api', count } })),
      ]);
    }
  });

  it.skipIf(process.getuid?.() !== 0)('leads from its name to it (SKIPPED: needs root)', async () => {
    await write({ 'compose.yaml': 'services: {api: {}}\n' });
    await words(['up']);
    const script = 'mount --bind "$1" /etc/hosts && getent ahostsv4 listmonk-db && getent ahostsv4 localhost';
    const file = join(datastore, 'run/2816/hosts/services');
    const { stdout } = await promisify(execFile)('unshare', ['-m', 'sh', '-c', script, 'sh', file]);
    const [name, , , local] = stdout.split('\n');
    expect([name, local]).toEqual([
      expect.stringMatching(/^127\.0\.11\.3 +STREAM listmonk-db$/),
      expect.stringMatching(/^127\.0\.0\.1 +STREAM localhost/),
    ]);
  });

  it('gives none to look at what runs, and those of an up first', async () => {
    await write({
      ...{ '.rediacc.json': '{"services": {}}', Rediaccfile: '', 'compose.yaml': 'services: {web: {}}\n' },
      ...{ 'db/rediaccfile': '', 'db/compose.yaml': 'services: {store: {}}\n' },
      'jobs/compose.yaml': 'services: {archive: {}}\n',
    });
    const workingDirectory = join(root, 'jobs');
    await words(['ps'], { workingDirectory });
    expect(await readFile(join(root, '.rediacc.json'), 'utf8')).toBe('{"services": {}}');
    await words(['up'], { workingDirectory });
    expect(notices).toEqual([
      { code: 'services-assigned', details: { services: 'store 0, web 1, archive 2' } },
    ]);
  });

  it('loses no address where many calls give some at once', async () => {
    const folders = Array.from({ length: 8 }, (_, at) => `part${at}`);
    await write(
      Object.fromEntries(folders.map((one) => [`${one}/compose.yaml`, `services: {${one}: {}}\n`])),
    );
    await Promise.all(
      folders.map((one) => runCompose(['up'], dependencies({ workingDirectory: join(root, one) }))),
    );
    const given = commands.map(({ directory, environment }) => {
      return environment[`${directory.slice(root.length + 1).toUpperCase()}_IP`];
    });
    expect(given.toSorted()).toEqual([10, 11, 4, 5, 6, 7, 8, 9].map((last) => `127.0.11.${last}`));
    const file = JSON.parse(await readFile(join(root, '.rediacc.json'), 'utf8')) as { services: object };
    expect(Object.keys(file.services).toSorted()).toEqual(['api', 'listmonk-db', ...folders]);
  });

  it('starts nothing that would have no address', async () => {
    const many = Array.from({ length: 61 }, (_, at) => [`s${at}`, { slot: at }] as const);
    await write({
      '.rediacc.json': JSON.stringify({ services: Object.fromEntries(many) }),
      'compose.yaml': 'services: {late: {}}\n',
    });
    expect(await refusal(['up'])).toEqual(['too-many-services', { service: 'late' }]);
    await write({
      '.rediacc.json': '{"services": {"a-b": {"slot": 0}}}',
      'compose.yaml': 'services: {a_b: {}}\n',
    });
    const details = { first: 'a-b', second: 'a_b', variable: 'A_B_IP' };
    expect(await refusal(['up'])).toEqual(['colliding-names', details]);
    expect(commands).toEqual([]);
  });

  it('runs in the canonical folder, wherever the caller came from', async () => {
    await write({ 'api/compose.yaml': 'services: {api: {}}\n', 'compose.yaml': 'services: {api: {}}\n' });
    const outside = { REPOSITORY_NETWORK_ID: '2816' };
    const table: [string, Record<string, string>, string][] = [
      [join(datastore, 'repos/shop/api'), { PWD: join(datastore, 'repos/shop/api') }, join(root, 'api')],
      [join(root, 'api'), outside, join(root, 'api')],
      ['/', outside, root],
    ];
    for (const [workingDirectory, environment, expected] of table) {
      await runCompose(['ps'], dependencies({ workingDirectory, environment }));
      const { directory, environment: given } = commands.at(-1) ?? {};
      expect([directory, given?.['PWD']]).toEqual([expected, expected]);
    }
  });

  it('passes .env files that Compose would otherwise miss, and the project folder in its canonical form', async () => {
    await write({
      '.env': 'COMPOSE_FILE=deploy/base.yml\n',
      'deploy/base.yml': 'services: {api: {}}\n',
      'sub/compose.yaml': 'services: {api: {}}\n',
    });
    expect(await words(['up'])).toEqual([
      '--env-file',
      'ROOT/.env',
      '-f',
      'ROOT/deploy/base.yml',
      '-f',
      'OVERRIDE',
      'up',
    ]);
    const byLink = join(datastore, 'repos/shop/sub');
    const canonical = [
      '--project-directory',
      'ROOT/sub',
      '-f',
      'ROOT/sub/compose.yaml',
      '-f',
      'OVERRIDE',
      'up',
    ];
    expect(await words(['--project-directory', byLink, 'up'])).toEqual(canonical);
    expect((await words(['--project-directory', 'sub', 'up'])).slice(0, 2)).toEqual([
      '--project-directory',
      'sub',
    ]);
  });

  it('passes what needs no files through', async () => {
    const everywhere = { isRoot: false, workingDirectory: '/' };
    for (const given of [[], ['version'], ['--help'], ['help', 'up'], ['up', '--help'], ['-v']]) {
      expect(await words(given, everywhere)).toEqual(given);
    }
    for (const given of [['ls'], ['-p', 'other', 'down', '-v'], ['-p', 'other', 'ps']]) {
      expect(await words(given)).toEqual(given);
      expect(commands[0]?.environment['DOCKER_HOST']).toBe('unix:///var/run/rediacc/docker-2816.sock');
    }
    expect(await words(['ps'], { environment: { COMPOSE_PROJECT_NAME: 'other' } })).toEqual(['ps']);
  });

  it('adds no override where there is no service, and leaves the rest to Compose', async () => {
    await write({ 'compose.yaml': '' });
    expect(await words(['up'])).toEqual(['-f', 'ROOT/compose.yaml', 'up']);
  });
});

describe('renet compose: the names of services', () => {
  /** Returns what each service has as its /etc/hosts, by the override: its lines before the machine's own, or undefined. */
  async function hostsOf(
    given: string[] = ['up', '-d'],
    changes: Partial<ComposeDependencies> = {},
  ): Promise<Record<string, string | undefined>> {
    await runCompose(given, dependencies(changes));
    const override = commands.at(-1)?.command.findLast((word) => word.endsWith('.yml')) ?? '';
    const written = parse(await readFile(override, 'utf8')) as {
      services: Record<string, { volumes?: { source: string; target: string; read_only: boolean }[] }>;
    };
    const found = Object.entries(written.services).map(async ([service, { volumes = [] }]) => {
      const [mount] = volumes;
      if (mount === undefined) return [service, undefined] as const;
      expect([volumes.length, mount.target, mount.read_only]).toEqual([1, '/etc/hosts', true]);
      const [lines] = (await readFile(mount.source, 'utf8')).split('\n\n');
      return [service, lines] as const;
    });
    return Object.fromEntries(await Promise.all(found));
  }

  const named = [
    '# The services of this repository, by renet compose:',
    '127.0.11.2 api',
    '127.0.11.3 listmonk-db',
  ].join('\n');

  it('are in the /etc/hosts of each on the host network, the own entries winning', async () => {
    await write({
      'compose.yaml': [
        'services:',
        '  api: {image: x}',
        '  listmonk-db: {image: x, network_mode: host, extra_hosts: ["mail:10.0.0.8", "api=10.0.0.9", "six:[::1]"]}',
        '  own: {image: x, volumes: ["./data:/data", "/etc/hosts:/etc/hosts:ro"]}',
        '  config: {image: x, configs: [{source: a, target: /etc/hosts}]}',
        '  none: {image: x, network_mode: none}',
        '  beside: {image: x, network_mode: "service:api"}',
        '  other: {image: x, network_mode: "container:y", extra_hosts: {a: 10.0.0.1}}',
        '',
      ].join('\n'),
      'compose.override.yaml': 'services: {listmonk-db: {extra_hosts: {host: host-gateway}}}\n',
    });
    const all = `${named}\n127.0.11.4 beside\n127.0.11.5 config\n127.0.11.6 none\n127.0.11.7 other\n127.0.11.8 own`;
    const own = '10.0.0.8 mail\n10.0.0.9 api\n::1 six\n127.0.0.1 host\n';
    expect(await hostsOf()).toEqual({
      api: all,
      'listmonk-db': own + all.replace('127.0.11.2 api\n', ''),
    });
  });

  it('are seen by a container that runs, at the same file, when a service comes or goes', async () => {
    await write({ 'compose.yaml': 'services: {api: {image: x}}\n' });
    await hostsOf();
    const file = join(datastore, 'run/2816/hosts/services');
    const running = await open(file, 'r');
    const text = async (): Promise<string> => {
      const { buffer, bytesRead } = await running.read(Buffer.alloc(65_536), 0, 65_536, 0);
      return buffer.toString('utf8', 0, bytesRead);
    };
    try {
      const before = (await hostsOf())['api'];
      await write({ 'compose.yaml': 'services: {api: {image: x}, redis: {image: x}}\n' });
      const override = (): string | undefined =>
        commands.at(-1)?.command.find((word) => word.includes('/run/'));
      expect([before, await hostsOf()]).toEqual([
        named,
        { api: `${named}\n127.0.11.4 redis`, redis: `${named}\n127.0.11.4 redis` },
      ]);
      const block = (yaml: string): unknown => (parse(yaml) as { services: object }).services['api' as never];
      const withRedis = block(await readFile(override() ?? '', 'utf8'));
      expect(await text()).toContain('127.0.11.4 redis');
      await write({
        '.rediacc.json': '{"services": {"api": {"slot": 0}}}',
        'compose.yaml': 'services: {api: {image: x}}\n',
      });
      await runCompose(['up', '-d'], dependencies());
      expect(await text()).not.toContain('redis');
      expect(block(await readFile(override() ?? '', 'utf8'))).toEqual(withRedis);
    } finally {
      await running.close();
    }
  });

  it('come to no container that an earlier version made and that Compose would leave', async () => {
    await write({ 'compose.yaml': 'services: {api: {image: x}, listmonk-db: {image: x}}\n' });
    const labels = {
      'rediacc.service_name': 'api',
      'rediacc.service_ip': '127.0.11.2',
      'rediacc.network_id': '2816',
      'rediacc.repo_name': 'shop',
    };
    const old: MadeContainer = { project: guid, service: 'api', labels, hosts: undefined };
    const made = (...all: MadeContainer[]): Partial<ComposeDependencies> => ({
      madeContainers: () => Promise.resolve(all),
    });
    const both = { api: named, 'listmonk-db': named };
    const table: [string, string[], MadeContainer[], Record<string, string | undefined>][] = [
      ['old', ['up', '-d'], [old], { 'listmonk-db': named }],
      ['old, made anew', ['up', '-d', '--force-recreate'], [old], both],
      ['with the file', ['up', '-d'], [{ ...old, hosts: '/x' }], both],
      ['of another project', ['up', '-d'], [{ ...old, project: 'other' }], both],
      [
        'of another address',
        ['up'],
        [{ ...old, labels: { ...labels, 'rediacc.service_ip': '127.0.11.9' } }],
        both,
      ],
      ['of docker compose alone', ['up'], [{ ...old, labels: {} }], both],
      [
        'of a project named by -p',
        ['-p', 'other', 'up'],
        [{ ...old, project: 'other' }],
        { 'listmonk-db': named },
      ],
    ];
    for (const [what, given, all, expected] of table)
      expect([what, await hostsOf(given, made(...all))]).toEqual([what, expected]);
  });
});

describe('renet compose: what is refused', () => {
  it('says where it must be run, and how', async () => {
    await write({ 'compose.yaml': 'services: {api: {}}\n' });
    const reason = '-f - (a compose file on standard input) cannot be used here';
    const table: [string[], Partial<ComposeDependencies>, unknown][] = [
      [['up'], { isRoot: false }, ['root-needed', {}]],
      [['up'], { workingDirectory: '/' }, ['not-in-repository', { path: '/' }]],
      [['up'], { workingDirectory: datastore }, ['not-in-repository', { path: datastore }]],
      [
        ['up'],
        { environment: { REPOSITORY_NETWORK_ID: '2880' } },
        ['not-in-repository', { path: 'REPOSITORY_NETWORK_ID=2880' }],
      ],
      [['up'], { isMounted: () => Promise.resolve(false) }, ['not-mounted', { name: 'shop' }]],
      [['-f', '-', 'up'], {}, ['bad-renet-arguments', { reason }]],
      [
        ['-f', '/etc/hostname', 'up'],
        {},
        ['unsafe-path', { path: '/etc/hostname', reason: 'it leads out of the repository' }],
      ],
    ];
    for (const [given, changes, expected] of table) expect(await refusal(given, changes)).toEqual(expected);
    await rm(join(root, 'compose.yaml'));
    expect(await refusal(['up'])).toEqual(['no-compose-file', { folder: root, root }]);
    expect(commands).toEqual([]);
  });

  it('passes over the networks of services whose profiles nobody asks for', async () => {
    await write(wildCase('32-network-of-an-idle-profile'));
    const environment = { PATH: '/bin', COMPOSE_PROFILES: 'other, tools' };
    const refused = [
      'compose-network',
      { file: 'compose.yaml', line: 7, service: 'inspector', what: 'networks:', variable: 'INSPECTOR_IP' },
    ];
    const calls: [string[], unknown][] = [
      [['up', '-d'], 'ran'],
      [['--profile', 'other', 'up', '-d'], 'ran'],
      [['run', 'api'], 'ran'],
      [['--profile', 'tools', 'up', '-d'], refused],
      [['--profile=other', '--profile=tools', 'up'], refused],
      [['--profile', '*', 'config'], refused],
      [['up', 'inspector'], refused],
      [['run', '--rm', 'inspector', 'sh'], refused],
    ];
    for (const [given, expected] of calls) expect([given, await refusal(given)]).toEqual([given, expected]);
    expect(await refusal(['up'], { environment })).toEqual(refused);
    // Profiles on the command line replace those of COMPOSE_PROFILES.
    expect(await refusal(['--profile', 'other', 'up'], { environment })).toBe('ran');
    await write({ '.env': 'COMPOSE_PROFILES=tools\n' });
    expect(await refusal(['up'])).toEqual(refused);
    // Another file adds profiles, and `!reset` takes them away.
    await rm(join(root, '.env'));
    await write({ 'compose.override.yaml': 'services: {inspector: {profiles: [more]}}\n' });
    expect(await refusal(['--profile', 'tools', 'up'])).toEqual(refused);
    expect(await refusal(['--profile', 'more', 'up'])).toEqual(refused);
    expect(await refusal(['up'])).toEqual('ran');
    await write({ 'compose.override.yaml': 'services: {inspector: {profiles: !reset []}}\n' });
    expect(await refusal(['up'])).toEqual(refused);
  });

  it('refuses networks before anything starts, but not to look or to stop', async () => {
    await write({ 'compose.yaml': 'services:\n  api:\n    networks: [front]\n' });
    const details = { file: 'compose.yaml', line: 3, service: 'api', what: 'networks:', variable: 'API_IP' };
    for (const verb of ['up', 'run', 'create', 'pull', 'build'])
      expect(await refusal([verb])).toEqual(['compose-network', details]);
    for (const verb of ['down', 'ps', 'logs', 'stop', 'exec']) expect(await refusal([verb])).toBe('ran');
  });

  it('reads neither .env nor a compose file through a link that leads out, and .rediacc.json through none', async () => {
    for (const name of ['.env', 'compose.yaml', '.rediacc.json']) {
      await write({ 'compose.yaml': 'services: {api: {}}\n' });
      await rm(join(root, name), { force: true });
      await symlink('/etc/hostname', join(root, name));
      expect(await refusal(['up'])).toEqual([
        'unsafe-path',
        {
          path: name,
          reason:
            name === '.rediacc.json'
              ? 'it is a link, or leads through one'
              : 'it is a link that leads out of the repository',
        },
      ]);
      await rm(join(root, name));
    }
    await write({ 'slots.json': '{"services": {}}', 'compose.yaml': 'services: {api: {}}\n' });
    await symlink('slots.json', join(root, '.rediacc.json'));
    expect(await refusal(['up'])).toMatchObject(['unsafe-path', { path: '.rediacc.json' }]);
  });
});

describe('renet compose: as a process', () => {
  const run = promisify(execFile);

  /** Puts a `docker` into the PATH that records how it was called, copies its input, and ends as it is told. */
  async function stage(): Promise<{ environment: Record<string, string>; program: string[] }> {
    const bin = join(datastore, 'bin');
    await mkdir(bin);
    const recorder = [
      '#!/bin/sh',
      'for word in "$@"; do printf "%s\\n" "$word"; done > "$RECORD/words"',
      'pwd -P > "$RECORD/folder"; printf "%s\\n" "$PWD" >> "$RECORD/folder"',
      'env > "$RECORD/environment"',
      'if [ "$ENDING" = wait ]; then trap "exit 42" TERM INT; echo ready; while :; do sleep 0.05; done; fi',
      'if [ "$ENDING" = killed ]; then kill -KILL $$; fi',
      'cat; echo problem >&2; exit "$ENDING"',
    ];
    await writeFile(join(bin, 'docker'), `${recorder.join('\n')}\n`);
    await chmod(join(bin, 'docker'), 0o755);
    await writeFile(
      join(datastore, 'start.ts'),
      [
        `import { realComposeDependencies, runCompose } from '${join(import.meta.dirname, 'runCompose.ts')}';`,
        `const dependencies = { ...realComposeDependencies('${datastore}'), isRoot: true, run: '${datastore}/run', isMounted: async () => true };`,
        'runCompose(process.argv.slice(2), dependencies).then((code) => process.exit(code));',
      ].join('\n'),
    );
    const environment = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, RECORD: datastore, LANG: 'C.UTF-8' };
    const tsx = import.meta.resolve('tsx');
    return { environment, program: [process.execPath, '--import', tsx, join(datastore, 'start.ts')] };
  }

  it('hands over words, folder, environment and input; hands back output and exit code', async () => {
    await write({ 'api/compose.yaml': 'services: {api: {}, other: {}}\n' });
    const { environment, program } = await stage();
    const [node = '', ...start] = program;
    const child = run(node, [...start, 'run', '-T', 'api', 'a b', '', '*'], {
      cwd: join(datastore, 'repos/shop/api'),
      env: { ...environment, ENDING: '17', PWD: join(datastore, 'repos/shop/api') },
    });
    child.child.stdin?.end('input\n');
    const ended: unknown = await child.catch((error: unknown) => error);
    expect(ended).toMatchObject({ code: 17, stdout: 'input\n' });
    expect(ended).toHaveProperty('stderr', 'renet: New addresses: other 2.\nproblem\n');
    const recorded = async (name: string): Promise<string> => readFile(join(datastore, name), 'utf8');
    const override = join(
      datastore,
      'run/2816/compose',
      (await readdir(join(datastore, 'run/2816/compose')))[0] ?? '',
    );
    expect(await recorded('words')).toBe(
      [
        'compose',
        '-f',
        join(root, 'api/compose.yaml'),
        '-f',
        override,
        'run',
        '-T',
        'api',
        'a b',
        '',
        '*',
        '',
      ].join('\n'),
    );
    expect(await recorded('folder')).toBe(`${join(root, 'api')}\n${join(root, 'api')}\n`);
    expect((await recorded('environment')).split('\n')).toEqual(
      expect.arrayContaining(['API_IP=127.0.11.2', `REPOSITORY_PATH=${root}`, 'LANG=C.UTF-8']),
    );
  });

  it('ends as a shell would when a signal ended docker', async () => {
    await write({ 'compose.yaml': 'services: {api: {}}\n' });
    const { environment, program } = await stage();
    const [node = '', ...start] = program;
    const child = run(node, [...start, 'ps'], { cwd: root, env: { ...environment, ENDING: 'killed' } });
    await expect(child).rejects.toMatchObject({ code: 137 });
  });

  it('says so where there is no docker', async () => {
    await write({ 'compose.yaml': 'services: {api: {}}\n' });
    const { environment, program } = await stage();
    const [node = '', ...start] = program;
    const child = run(node, [...start, 'ps'], { cwd: root, env: { ...environment, PATH: root } });
    await expect(child).rejects.toMatchObject({
      stderr: expect.stringMatching(/command-failed[^]*exitCode: 127/) as string,
    });
  });

  it.each(['SIGTERM', 'SIGINT'] as const)('passes %s on and waits for the end', async (signal) => {
    await write({ 'compose.yaml': 'services: {api: {}}\n' });
    const { environment, program } = await stage();
    const [node = '', ...start] = program;
    const child = spawn(node, [...start, 'logs', '-f'], {
      cwd: root,
      env: { ...environment, ENDING: 'wait' },
    });
    const ended = once(child, 'exit');
    await arrival('a word of docker', once(child.stdout, 'data'));
    child.kill(signal);
    expect((await arrival('the end of the command', ended))[0]).toBe(42);
  });
});
