// On true files and a true socket: a double stands for the daemon, a folder for the volume.

import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dockerDouble } from '../../tests/support/dockerDouble.ts';
import type { DockerDouble, DoubleContainer } from '../../tests/support/dockerDouble.ts';
import { cgroupRoot, giveNetworkId, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import type { NeighbourWall } from '../docker/neighbours.ts';
import { runCommand } from '../host.ts';
import { listStates, stateOf } from './inventory.ts';
import { validateRepository } from '../validate/validate.ts';
import { dockerSocket, metadataFile, nameLink, volumeFile } from '../paths.ts';

/** A network id for this test alone: other tests look at what listens on the addresses of the usual one. */
const NETWORK_ID = 962_816;

let repository: NativeRepository;
let daemon: DockerDouble;

/** Makes a container of a service, as its daemon has it. */
const container = (service: string, change: Partial<DoubleContainer> = {}): DoubleContainer => ({
  ...{ id: service, name: `shop-${service}-1`, state: 'running', status: 'Up 14 seconds' },
  labels: { 'com.docker.compose.service': service },
  ...change,
});

beforeEach(async () => {
  repository = makeRepository({
    Rediaccfile: '',
    'compose.yml': 'services: {api: {image: x}}',
    '.rediacc.json': '{"services": {"api": {"slot": 0}}}',
  });
  giveNetworkId(repository, NETWORK_ID);
  repository.flags.daemon = true;
  daemon = await dockerDouble(dockerSocket(NETWORK_ID));
});
afterEach(() => {
  daemon.close();
  repository.remove();
});

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`a repository of which nothing runs, natively${skipped}`, () => {
  it.each([
    ['Exited (1) 2 minutes ago', 'degraded', 1],
    ['Exited (139) 2 minutes ago', 'degraded', 139],
    ['Exited (0) 2 minutes ago', 'daemon-up', 0],
    ['Exited (143) 3 weeks ago', 'daemon-up', 143],
  ])('after "%s" is %s', async (status, state, exitCode) => {
    daemon.containers = [container('api', { state: 'exited', status })];
    expect(await listStates(repository.machine)).toMatchObject([
      { state, running: 0, services: [{ name: 'api', containers: [{ exitCode }] }] },
    ]);
  });
});

describe.skipIf(root === undefined)(
  `what keeps a repository from others’ addresses, natively${skipped}`,
  () => {
    it.each([
      [undefined, false, 'kept', undefined],
      [undefined, true, 'kept', undefined],
      ['open', false, 'kept', undefined],
      ['kept', false, 'older', true],
      ['kept', true, 'older', undefined],
      ['kept', true, 'kept', true],
    ] satisfies [string | undefined, boolean, NeighbourWall, true | undefined][])(
      'is told only where it was seen: noted %s, daemon %s (%s)',
      async (noted, up, wall, walled) => {
        const { machine } = repository;
        repository.flags.daemon = up;
        mkdirSync(machine.paths.run, { recursive: true });
        if (noted !== undefined) writeFileSync(join(machine.paths.run, 'neighbours'), `${noted}\n`);
        const daemons = { ...machine.daemons, wall: () => Promise.resolve(wall) };
        const seen = { ...machine, daemons };
        expect([(await stateOf(seen, 'shop')).walled, (await listStates(seen))[0]?.walled]).toEqual([
          walled,
          walled,
        ]);
      },
    );
  },
);

describe.skipIf(root === undefined)(`a service that crashes again and again, natively${skipped}`, () => {
  const loop = (): DoubleContainer =>
    container('api', { restarts: 8, startedAt: Date.now() - 14_000, ended: [1, 3] });

  it('is not one that runs, and is named with its restarts and its last exit code', async () => {
    daemon.containers = [loop()];
    expect(await listStates(repository.machine)).toMatchObject([
      {
        state: 'degraded',
        running: 0,
        services: [{ name: 'api', containers: [{ crashLoop: { restarts: 8, exitCode: 3 } }] }],
        notices: [{ code: 'crash-loop', details: { service: 'api', restarts: 8, exitCode: 3 } }],
      },
    ]);
  });

  it('is named without an exit code once the daemon has forgotten it', async () => {
    daemon.containers = [{ ...loop(), ended: [] }];
    expect(await listStates(repository.machine)).toMatchObject([
      { state: 'degraded', notices: [{ details: { restarts: 8, exitCode: '?' } }] },
    ]);
  });

  it('is well after ten quiet minutes', async () => {
    daemon.containers = [{ ...loop(), startedAt: Date.now() - 10 * 60_000 }];
    expect(await listStates(repository.machine)).toMatchObject([
      { state: 'running', running: 1, notices: [] },
    ]);
  });
});

describe.skipIf(root === undefined)(`a service that left the compose file, natively${skipped}`, () => {
  const madeFrom = (service: string, ...files: string[]): DoubleContainer => {
    const paths = files.map((file) => (file.startsWith('/') ? file : `${repository.root}/${file}`));
    const labels = { 'com.docker.compose.service': service };
    return container(service, {
      labels: { ...labels, 'com.docker.compose.project.config_files': paths.join(',') },
    });
  };
  const notice = {
    code: 'service-left',
    details: { name: 'shop', service: 'old', container: 'shop-old-1' },
  };

  it('is named while its container runs, and is no service that runs', async () => {
    repository.write({ '.rediacc.json': '{"services": {"api": {"slot": 0}, "old": {"slot": 1}}}' });
    daemon.containers = [madeFrom('api', 'compose.yml'), madeFrom('old', 'compose.yml', '/run/override.yml')];
    expect(await listStates(repository.machine)).toMatchObject([
      {
        state: 'running',
        running: 1,
        services: [
          { name: 'api', present: true, containers: [{ id: 'api' }] },
          { name: 'old', present: false, containers: [{ id: 'old', orphan: true }] },
        ],
        notices: [notice],
      },
    ]);
    daemon.containers = daemon.containers.map((one) => ({ ...one, state: 'exited', status: 'Exited (0)' }));
    expect(await listStates(repository.machine)).toMatchObject([{ state: 'daemon-up', notices: [] }]);
  });

  it('makes no repository run by itself, with other services in the compose files or none', async () => {
    daemon.containers = [madeFrom('old', 'compose.yml')];
    expect(await listStates(repository.machine)).toMatchObject([
      { state: 'degraded', running: 0, notices: [notice] },
    ]);
    repository.write({ 'compose.yml': 'services: {}', '.rediacc.json': '{"services": {}}' });
    expect(await listStates(repository.machine)).toMatchObject([
      { state: 'degraded', running: 0, notices: [notice] },
    ]);
  });

  it('is not one of a file that up() names itself, as long as the file has it', async () => {
    repository.write({
      'stacks/tools.yml': 'services: {tool: {image: x}}',
      '.rediacc.json': '{"services": {"api": {"slot": 0}, "tool": {"slot": 1}}}',
    });
    const kept = async (): Promise<unknown[]> => {
      const findings = await validateRepository(repository.machine, runCommand, 'shop');
      return findings.filter(({ code }) => code === 'slot-kept').map(({ details }) => details['service']);
    };
    daemon.containers = [madeFrom('api', 'compose.yml'), madeFrom('tool', 'stacks/tools.yml')];
    expect(await listStates(repository.machine)).toMatchObject([
      { state: 'running', running: 2, services: [{ present: true }, { present: true }], notices: [] },
    ]);
    expect(await kept()).toEqual([]);
    repository.write({ 'stacks/tools.yml': 'services: {other: {image: x}}' });
    expect(await listStates(repository.machine)).toMatchObject([
      {
        services: [{ present: true }, { present: false }],
        notices: [{ code: 'service-left', details: { service: 'tool' } }],
      },
    ]);
    expect(await kept()).toEqual(['tool']);
    repository.write({ 'stacks/tools.yml': 'services: [' });
    expect(await listStates(repository.machine)).toMatchObject([{ state: 'running', notices: [] }]);
  });

  it('is not judged while the compose files cannot be read', async () => {
    repository.write({ 'compose.yml': 'services: [' });
    daemon.containers = [madeFrom('old', 'compose.yml')];
    expect(await listStates(repository.machine)).toMatchObject([
      { notices: [], problem: { code: 'compose-invalid' } },
    ]);
  });
});

describe.skipIf(root === undefined)(`a damaged repository, natively${skipped}`, () => {
  const advice = () => ({ name: 'shop', path: repository.root });

  it('whose volume file was deleted while it is mounted is still mounted, and its files can be saved', async () => {
    daemon.containers = [container('api')];
    rmSync(volumeFile(repository.machine.paths, repository.guid));
    expect(await listStates(repository.machine)).toMatchObject([
      {
        ...{ name: 'shop', state: 'damaged', mounted: true, daemon: true },
        services: [{ name: 'api', containers: [{ id: 'api' }] }],
        notices: [{ code: 'volume-deleted', details: advice() }],
      },
    ]);
    await expect(repository.plan('up', { mount: true })).rejects.toMatchObject({
      ...{ code: 'volume-deleted', details: advice() },
    });
    const findings = await validateRepository(repository.machine, runCommand, 'shop');
    expect(findings).toMatchObject([{ severity: 'error', code: 'volume-deleted' }]);
    await expect(repository.plan('delete')).rejects.toMatchObject({ code: 'still-mounted' });
    expect((await repository.run('down', { unmount: true })).verdict).toMatchObject({ kind: 'succeeded' });
    expect(await listStates(repository.machine)).toMatchObject([
      { name: 'shop', state: 'damaged', mounted: false, notices: [] },
    ]);
    // The folder stands for the volume, and the mount point beneath it is empty.
    rmSync(repository.root, { recursive: true });
    expect((await repository.run('delete')).verdict).toMatchObject({ kind: 'succeeded' });
    expect(await listStates(repository.machine)).toEqual([]);
  });

  it('whose metadata are torn keeps its name, is unmounted and deleted', async () => {
    const { paths } = repository.machine;
    await repository.run('mount');
    symlinkSync(repository.guid, nameLink(paths, 'shop'));
    writeFileSync(metadataFile(paths, repository.guid), '{"name": "sh');
    expect(await stateOf(repository.machine, 'shop')).toMatchObject({
      ...{ name: 'shop', guid: repository.guid, state: 'damaged', mounted: true },
    });
    await expect(repository.plan('up')).rejects.toMatchObject({ code: 'repository-damaged' });
    expect((await repository.run('unmount')).verdict).toMatchObject({ kind: 'succeeded' });
    repository.flags.open = false;
    // The folder stands for the volume, and the mount point beneath it is empty.
    rmSync(repository.root, { recursive: true });
    expect((await repository.run('delete')).verdict).toMatchObject({ kind: 'succeeded' });
    expect(await listStates(repository.machine)).toEqual([]);
  });

  it('is not taken for the whole one that bears its name, and two of a name are not told apart', async () => {
    const { paths } = repository.machine;
    const [low, high] = ['00000000-0000-4000-8000-000000000000', 'ffffffff-ffff-4fff-bfff-ffffffffffff'];
    for (const guid of [low, high]) {
      writeFileSync(volumeFile(paths, guid), '');
      rmSync(nameLink(paths, 'shop'), { force: true });
      symlinkSync(guid, nameLink(paths, 'shop'));
      expect(await stateOf(repository.machine, 'shop')).toMatchObject({ guid: repository.guid });
      expect((await repository.plan('down')).plan.repository.guid).toBe(repository.guid);
      rmSync(volumeFile(paths, guid));
    }
    const metadata = readFileSync(metadataFile(paths, repository.guid), 'utf8');
    writeFileSync(metadataFile(paths, low), metadata.replaceAll(repository.guid, low));
    writeFileSync(volumeFile(paths, low), '');
    const refusal = { code: 'repository-ambiguous', details: { guids: `${low}, ${repository.guid}` } };
    await expect(stateOf(repository.machine, 'shop')).rejects.toMatchObject(refusal);
    await expect(repository.plan('delete')).rejects.toMatchObject(refusal);
  });
});
