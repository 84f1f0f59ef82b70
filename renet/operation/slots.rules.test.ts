// On true bash: functions run on pseudo-terminals in true control groups; a folder stands for the volume.

import { once } from 'node:events';
import { chmodSync, chownSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { stateOf } from '../observe/inventory.ts';

const repositories: NativeRepository[] = [];
function repositoryWith(files: Record<string, string>): NativeRepository {
  const made = makeRepository({ Rediaccfile: 'up() { env | grep _IP= | sort; }', ...files });
  repositories.push(made);
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

const compose = (...services: string[]): string =>
  [
    'services:',
    ...services.map((name) => `  ${JSON.stringify(name)}: {image: x, network_mode: host}`),
    '',
  ].join('\n');

function slots(repository: NativeRepository): unknown {
  return JSON.parse(repository.read('.rediacc.json'));
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`addresses, natively${skipped}`, () => {
  it("gives the manual's example its addresses", async () => {
    const repository = repositoryWith({ 'docker-compose.yml': compose('postgres', 'redis', 'api') });
    const result = await repository.run('up');
    expect(result.output.replaceAll('\r', '')).toBe(
      'API_IP=127.0.11.2\nPOSTGRES_IP=127.0.11.3\nREDIS_IP=127.0.11.4\n',
    );
    expect(slots(repository)).toEqual({
      services: { api: { slot: 0 }, postgres: { slot: 1 }, redis: { slot: 2 } },
    });
  });

  it('changes nothing in a second up', async () => {
    const repository = repositoryWith({ 'docker-compose.yml': compose('b', 'a') });
    await repository.run('up');
    const before = [repository.read('.rediacc.json'), statSync(join(repository.root, '.rediacc.json')).ino];
    const second = await repository.run('up');
    expect([repository.read('.rediacc.json'), statSync(join(repository.root, '.rediacc.json')).ino]).toEqual(
      before,
    );
    expect(second.verdict?.kind).toBe('succeeded');
  });

  it('gives a new service the lowest free slot, renumbers none, keeps unknown keys, owner and mode', async () => {
    const repository = repositoryWith({ 'docker-compose.yml': compose('api', 'zebra', 'alpha') });
    const file = join(repository.root, '.rediacc.json');
    repository.write({
      '.rediacc.json': JSON.stringify({
        note: 'mine',
        services: { api: { slot: 1, color: 'red' }, gone: { slot: 0 } },
      }),
    });
    chmodSync(file, 0o640);
    chownSync(file, 1234, 1235);
    await repository.run('up');
    expect(slots(repository)).toEqual({
      note: 'mine',
      services: { api: { slot: 1, color: 'red' }, gone: { slot: 0 }, alpha: { slot: 2 }, zebra: { slot: 3 } },
    });
    const { mode, uid, gid } = statSync(file);
    expect({ mode: mode & 0o777, uid, gid }).toEqual({ mode: 0o640, uid: 1234, gid: 1235 });
  });

  it('takes the services of all folders that hold a Rediaccfile as one scan', async () => {
    const repository = repositoryWith({
      'docker-compose.yml': compose('web'),
      'database/Rediaccfile': '',
      'database/compose.yaml': compose('postgres'),
      'notes/compose.yaml': compose('unseen'),
    });
    await repository.run('up');
    expect(slots(repository)).toEqual({ services: { postgres: { slot: 0 }, web: { slot: 1 } } });
  });

  it('refuses the 62nd service and leaves the file untouched', async () => {
    const many = Array.from({ length: 62 }, (_, index) => `s${String(index).padStart(2, '0')}`);
    const repository = repositoryWith({ 'docker-compose.yml': compose(...many) });
    const before = '{"services":{"s00":{"slot":0}}}';
    repository.write({ '.rediacc.json': before });
    const { verdict, output } = await repository.run('up');
    expect(verdict?.error).toMatchObject({ code: 'too-many-services', details: { service: 's61' } });
    expect([repository.read('.rediacc.json'), output]).toEqual([before, '']);
  });

  it('gives 61 services their addresses, up to the last', async () => {
    const many = Array.from({ length: 61 }, (_, index) => `s${String(index).padStart(2, '0')}`);
    const repository = repositoryWith({ 'docker-compose.yml': compose(...many) });
    const { output } = await repository.run('up');
    expect(output).toContain('S60_IP=127.0.11.62');
  });

  it('refuses two names for one variable, naming both', async () => {
    const repository = repositoryWith({ 'docker-compose.yml': compose('a-b', 'a_b') });
    const { verdict } = await repository.run('up');
    expect(verdict?.error).toMatchObject({
      code: 'colliding-names',
      details: { first: 'a-b', second: 'a_b' },
    });
    expect(repository.exists('.rediacc.json')).toBe(false);
  });

  it('names the line of a compose file that does not parse', async () => {
    const repository = repositoryWith({
      'docker-compose.yml': 'services:\n  api:\n    image: x\n   broken: [\n',
    });
    const { verdict } = await repository.run('up');
    expect(verdict?.error).toMatchObject({
      code: 'compose-invalid',
      details: { file: 'docker-compose.yml' },
    });
    expect(Number(verdict?.error?.details['line'])).toBeGreaterThanOrEqual(3);
  });

  it('refuses a damaged .rediacc.json and leaves it as it is', async () => {
    const repository = repositoryWith({
      'docker-compose.yml': compose('api'),
      '.rediacc.json': '{"services": [',
    });
    const { verdict } = await repository.run('up');
    expect(verdict?.error?.code).toBe('slots-file-invalid');
    expect(repository.read('.rediacc.json')).toBe('{"services": [');
  });

  it("tells what listens at an address of a service, and at one that is no service's", async () => {
    const repository = repositoryWith({ 'docker-compose.yml': compose('api') });
    await repository.run('up');
    repository.flags.daemon = false;
    const [own, stray] = await Promise.all([listenAt('127.0.11.2'), listenAt('127.0.11.62')]);
    const { services, notices } = await stateOf(repository.machine, 'shop');
    expect(services.find(({ name }) => name === 'api')?.listening).toContain(own.port);
    expect(notices).toContainEqual({
      code: 'listener-without-service',
      details: { address: '127.0.11.62', port: stray.port },
    });
    for (const { server } of [own, stray]) server.close();
  });
});

async function listenAt(address: string): Promise<{ server: Server; port: number }> {
  const server = createServer().listen(0, address);
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}
