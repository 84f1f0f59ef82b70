import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OS_RELEASE } from './osRelease.fixtures.ts';
import { createSetup } from './setup.ts';
import {
  addPrograms,
  agent,
  agentOf,
  dockerBody,
  fakeRoot,
  installed,
  machine,
  PROGRAMS,
  setUp,
  setupOf,
} from './setup.fixtures.ts';
import type { FakeRoot } from './setup.fixtures.ts';

/** Puts an `apt-get` into the root whose install brings every program, as the distribution's would. */
async function apt(root: FakeRoot): Promise<void> {
  const bin = join(root.prefix, 'usr/bin');
  const make = Object.entries(PROGRAMS).map(([name, says]) => {
    const body = name === 'docker' ? dockerBody(says) : `echo '${says}'`;
    return `cat >${bin}/${name} <<'END'\n#!/bin/sh\n${body}\nEND\nchmod 755 ${bin}/${name}`;
  });
  await root.program(
    'apt-get',
    '',
    `echo "apt-get $*"; case "$*" in *install*) ;; *) exit 0 ;; esac\n${make.join('\n')}`,
  );
}

describe('set-up of a bare Debian 13', () => {
  test('installs what is missing, places the agent, prepares the datastore; the second time does nothing', async () => {
    const root = await fakeRoot(OS_RELEASE.debian13);
    await apt(root);
    const first = await setUp(setupOf(root));
    expect(first.steps).toEqual([
      'check started',
      'packages started bsdutils containerd coreutils cryptsetup-bin docker-cli docker-compose docker.io e2fsprogs mount nodejs socat util-linux',
      'agent started',
      'prepare started',
      'autostart started',
      'verify started',
    ]);
    expect(first.output.split('\n').slice(0, 2)).toEqual([
      'apt-get -o DPkg::Lock::Timeout=300 update',
      'apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends --no-remove bsdutils containerd coreutils cryptsetup-bin docker-cli docker-compose docker.io e2fsprogs mount nodejs socat util-linux',
    ]);
    const left = (await setupOf(root).check(machine)).filter(({ state }) => state !== 'present');
    expect(left).toEqual([]);
    expect(await setUp(setupOf(root))).toEqual({
      steps: ['check started', 'packages already', 'agent already', 'prepare already', 'autostart already'],
      output: '',
    });
  });

  test('leaves the files under the names that the manual has', async () => {
    const root = await fakeRoot(OS_RELEASE.debian13);
    await addPrograms(root);
    await setUp(setupOf(root));
    const at = (path: string) => join(root.prefix, path);
    const mode = async (path: string) => (await stat(at(path))).mode & 0o777;
    expect({
      link: await readlink(at('usr/local/bin/renet')),
      current: await readlink(at('usr/local/lib/rediacc/current')),
      agent: await readFile(at('usr/local/lib/rediacc/current/renet')),
      agentMode: await mode('usr/local/lib/rediacc/0.1.0/renet'),
      left: (await readdir(at('usr/local/lib/rediacc'))).sort(),
      configuration: await readFile(at('etc/rediacc/renet.json'), 'utf8'),
      modules: await readFile(at('etc/modules-load.d/rediacc.conf'), 'utf8'),
      repositories: await mode('mnt/rediacc/repositories'),
      mounts: await mode('mnt/rediacc/repos'),
      operations: await mode('mnt/rediacc/.operations'),
      keys: await mode('mnt/rediacc/.credentials/keys'),
    }).toEqual({
      link: '/usr/local/lib/rediacc/current/renet',
      current: '0.1.0',
      agent: agent.bytes,
      agentMode: 0o755,
      left: ['0.1.0', 'current', 'join'],
      configuration: '{"datastore":"/mnt/rediacc"}\n',
      modules: 'dm_crypt\nloop\noverlay\n',
      repositories: 0o700,
      mounts: 0o755,
      operations: 0o700,
      keys: 0o700,
    });
  });

  test('goes on without the relay to the agent where no network brings it, and says so', async () => {
    const root = await fakeRoot(OS_RELEASE.debian13);
    await addPrograms(root, ['socat']);
    await root.program('apt-get', '', 'echo "E: Could not resolve host" >&2; exit 100');
    const { steps, output } = await setUp(setupOf(root));
    expect(steps).toContain('packages started socat');
    expect(steps.at(-1)).toBe('verify started');
    expect(output).toContain('Could not resolve host');
    const left = (await setupOf(root).check(machine)).filter(({ state }) => state !== 'present');
    expect(left).toEqual([{ id: 'socat', state: 'missing', optional: true }]);
  });

  test('a package manager that fails ends it, with its last lines', async () => {
    const root = await fakeRoot(OS_RELEASE.debian13);
    await root.program('apt-get', '', 'echo "E: Unable to locate package" >&2; exit 100');
    await expect(setUp(setupOf(root))).rejects.toMatchObject({
      code: 'setup-failed',
      details: { step: 'packages', reason: expect.stringContaining('Unable to locate package') as string },
    });
    await expect(readdir(join(root.prefix, 'usr/local'))).rejects.toThrow('ENOENT');
  });
});

describe('the agent', () => {
  const current = (root: FakeRoot) =>
    readFile(join(root.prefix, 'usr/local/lib/rediacc/current/renet'), 'utf8');

  test.each([
    ['a newer version', agentOf('0.2.0', 'newer();'), ['0.1.0', '0.2.0', 'current', 'join']],
    ['other bytes of the same version', agentOf('0.1.0', 'other();'), ['0.1.0', 'current', 'join']],
  ])('is replaced by %s', async (_, next, left) => {
    const root = await installed();
    const { steps } = await setUp(setupOf(root, next));
    expect(steps).toEqual([
      'check started',
      'packages already',
      'agent started',
      'prepare already',
      'autostart started',
      'verify started',
    ]);
    expect(await current(root)).toBe(Buffer.from(next.bytes).toString());
    expect((await readdir(join(root.prefix, 'usr/local/lib/rediacc'))).sort()).toEqual(left);
  });

  test('of another admin that is newer stays', async () => {
    const root = await installed();
    const { steps } = await setUp(setupOf(root, agentOf('0.0.9', 'older();')));
    expect(steps).toContain('agent already');
    expect(await current(root)).toContain('agent();');
  });

  test('that arrives with other bytes is refused: nothing of it stays and the old one works on', async () => {
    const root = await installed();
    const forged = { ...agentOf('0.2.0', 'newer();'), bytes: Buffer.from('something else') };
    await expect(setUp(setupOf(root, forged))).rejects.toMatchObject({ code: 'agent-checksum' });
    expect((await readdir(join(root.prefix, 'usr/local/lib/rediacc'))).sort()).toEqual([
      '0.1.0',
      'current',
      'join',
    ]);
    expect(await current(root)).toContain('agent();');
  });
});

describe('refused before anything is changed', () => {
  test.each([
    [
      'Debian 12',
      OS_RELEASE.debian12,
      { systemd: '252 (252.38-1~deb12u1)' },
      'systemd >= 254 (252), compose >= 2',
    ],
    [
      'Ubuntu 22.04',
      OS_RELEASE.ubuntu2204,
      { systemd: '249 (249.11-0ubuntu3)' },
      'systemd >= 254 (249), node >= 18',
    ],
    [
      'Rocky 9',
      OS_RELEASE.rocky,
      { manager: 'dnf', systemd: '252 (252-46.el9)' },
      'systemd >= 254 (252), docker >= 20.10, compose >= 2, dockerd, containerd',
    ],
  ])('%s names what its packages lack', async (_, osRelease, options, missing) => {
    const root = await fakeRoot(osRelease, options);
    await expect(setUp(setupOf(root))).rejects.toMatchObject({
      code: 'machine-unsupported',
      details: { missing },
    });
    expect((await readdir(root.prefix)).sort()).toEqual(['etc', 'run', 'sys', 'usr']);
  });

  test('a machine that keeps its repositories in another datastore', async () => {
    const root = await fakeRoot(OS_RELEASE.debian13);
    await addPrograms(root);
    await setUp(setupOf(root));
    const elsewhere = { ...machine, machine: { ...machine.machine, datastore: '/srv/data' } };
    await expect(setUp(setupOf(root), elsewhere)).rejects.toMatchObject({
      code: 'datastore-differs',
      details: { theirs: '/mnt/rediacc', ours: '/srv/data' },
    });
    expect(await readdir(root.prefix)).not.toContain('srv');
  });

  test('a machine whose probe says nothing', async () => {
    const setup = createSetup({
      agent,
      runAsRoot: (_, __, { onOutput }) => {
        onOutput(Buffer.from('This account is not available.\n'));
        return Promise.resolve({ exitCode: 1 });
      },
    });
    await expect(setup.check(machine)).rejects.toMatchObject({
      code: 'setup-failed',
      details: { step: 'check', reason: 'This account is not available.' },
    });
  });
});

test('a distribution nobody knows is fine when everything was installed by hand', async () => {
  const root = await fakeRoot(OS_RELEASE.arch, { manager: '' });
  await addPrograms(root);
  expect((await setUp(setupOf(root))).steps).toEqual([
    'check started',
    'packages already',
    'agent started',
    'prepare started',
    'autostart started',
    'verify started',
  ]);
});

test("another program that answers to docker's name is not Docker", async () => {
  const root = await fakeRoot(OS_RELEASE.fedora, { manager: 'dnf' });
  await addPrograms(root);
  await root.program('docker', 'podman version 5.4.0');
  const checks = await setupOf(root).check(machine);
  expect(checks.find(({ id }) => id === 'docker')).toEqual({
    id: 'docker',
    state: 'missing',
    needed: '>= 20.10',
  });
});
