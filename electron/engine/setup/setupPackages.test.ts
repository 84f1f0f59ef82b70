import { describe, expect, test } from 'vitest';
import { OS_RELEASE } from './osRelease.fixtures.ts';
import { installScript, packagesFor } from './setupPackages.ts';
import type { Requirement } from './setupPackages.ts';
import { compareVersions } from './setupPlan.ts';
import { parseProbe } from './setupProbe.ts';

const all: Requirement[] = [
  'node',
  'docker',
  'dockerd',
  'containerd',
  'compose',
  'cryptsetup',
  'losetup',
  'mkfs.ext4',
  'chattr',
  'script',
  'flock',
  'stty',
  'modprobe',
];

/** Returns what the probe prints on a distribution, as data. */
function probeOf(name: keyof typeof OS_RELEASE, manager: string) {
  const value = (key: string) => new RegExp(`^${key}="?([^"\n]*)"?$`, 'm').exec(OS_RELEASE[name])?.[1] ?? '';
  return {
    manager,
    id: value('ID'),
    like: value('ID_LIKE'),
    version: value('VERSION_ID'),
    name: value('PRETTY_NAME'),
  };
}

describe('packages', () => {
  test.each([
    ['debian13', 'apt-get', ['docker-cli', 'docker-compose', 'docker.io', 'nodejs'], []],
    ['debianSid', 'apt-get', ['docker-cli', 'docker-compose', 'docker.io', 'nodejs'], []],
    ['debian12', 'apt-get', ['docker.io', 'nodejs'], ['compose']],
    ['ubuntu2404', 'apt-get', ['docker-compose-v2', 'docker.io', 'nodejs'], []],
    ['ubuntu2204', 'apt-get', ['docker-compose-v2', 'docker.io'], ['node']],
    ['fedora', 'dnf', ['docker-cli', 'docker-compose', 'moby-engine', 'nodejs'], []],
    ['rocky', 'dnf', ['nodejs'], ['docker', 'dockerd', 'compose']],
    ['leap', 'zypper', ['docker', 'docker-compose', 'nodejs-default'], []],
    ['tumbleweed', 'zypper', ['docker', 'docker-compose', 'nodejs-default'], []],
    ['arch', '', [], ['node', 'docker', 'dockerd', 'compose']],
  ] as const)('of %s for Node and Docker', (name, manager, packages, unavailable) => {
    const asked: Requirement[] = ['node', 'docker', 'dockerd', 'compose'];
    expect(packagesFor(probeOf(name, manager), asked)).toEqual({ packages, unavailable });
  });

  test.each([
    [
      'debian13',
      'apt-get',
      'bsdutils containerd coreutils cryptsetup-bin docker-cli docker-compose docker.io e2fsprogs kmod mount nodejs util-linux',
    ],
    [
      'fedora',
      'dnf',
      '/usr/bin/script containerd coreutils cryptsetup docker-cli docker-compose e2fsprogs kmod moby-engine nodejs util-linux',
    ],
    [
      'leap',
      'zypper',
      'containerd coreutils cryptsetup docker docker-compose e2fsprogs kmod nodejs-default util-linux',
    ],
  ] as const)('of a wholly bare %s', (name, manager, packages) => {
    expect(packagesFor(probeOf(name, manager), all)).toEqual({
      packages: packages.split(' '),
      unavailable: [],
    });
  });

  test('nothing missing, nothing to install', () => {
    expect(packagesFor(probeOf('debian13', 'apt-get'), [])).toEqual({ packages: [], unavailable: [] });
  });
});

describe('installing', () => {
  test('apt neither removes nor restarts anything, and waits for its lock', () => {
    expect(installScript('apt-get', ['docker.io', 'nodejs'])).toBe(`exec 2>&1 </dev/null
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1
apt-get -o DPkg::Lock::Timeout=300 update
exec apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends --no-remove docker.io nodejs
`);
  });

  test('dnf and zypper ask nothing', () => {
    expect([installScript('dnf', ['a', 'b']), installScript('zypper', ['a'])]).toEqual([
      expect.stringContaining('dnf install -y --setopt=install_weak_deps=False a b\n'),
      expect.stringContaining('zypper --non-interactive install --no-recommends a\n'),
    ]);
  });
});

test('a probe counts only when it reached its end; what a login shell prints is skipped', () => {
  expect([
    parseProbe('Welcome!\nrediacc:id=debian\nrediacc:systemd=systemd 257 (x=y) \nrediacc:end=yes\n'),
    parseProbe('rediacc:id=debian\n'),
    parseProbe(''),
  ]).toEqual([{ id: 'debian', systemd: 'systemd 257 (x=y)', end: 'yes' }, undefined, undefined]);
});

test.each([
  ['20.10.24+dfsg1', '20.10', 1],
  ['26.1.5', '20.10', 1],
  ['0.1.0', '0.1.0', 0],
  ['0.1.0', '0.1', 0],
  ['0.9.0', '0.10.0', -1],
  ['2.26.1-4', '2', 1],
])('version %s against %s', (a, b, sign) => {
  expect(Math.sign(compareVersions(a, b))).toBe(sign);
});
