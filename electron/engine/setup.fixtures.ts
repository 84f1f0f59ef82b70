import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RootRunner } from './setup.ts';

/** The os-release files of distributions, as they ship them (the lines that matter). */
export const OS_RELEASE = {
  debian12: `PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
`,
  debian13: `PRETTY_NAME="Debian GNU/Linux 13 (trixie)"
NAME="Debian GNU/Linux"
VERSION_ID="13"
VERSION="13 (trixie)"
VERSION_CODENAME=trixie
DEBIAN_VERSION_FULL=13.1
ID=debian
`,
  debianSid: `PRETTY_NAME="Debian GNU/Linux forky/sid"
NAME="Debian GNU/Linux"
VERSION_CODENAME=forky
ID=debian
`,
  ubuntu2204: `PRETTY_NAME="Ubuntu 22.04.5 LTS"
NAME="Ubuntu"
VERSION_ID="22.04"
VERSION="22.04.5 LTS (Jammy Jellyfish)"
ID=ubuntu
ID_LIKE=debian
`,
  ubuntu2404: `PRETTY_NAME="Ubuntu 24.04.2 LTS"
NAME="Ubuntu"
VERSION_ID="24.04"
VERSION="24.04.2 LTS (Noble Numbat)"
VERSION_CODENAME=noble
ID=ubuntu
ID_LIKE=debian
`,
  fedora: `NAME="Fedora Linux"
VERSION="42 (Server Edition)"
ID=fedora
VERSION_ID=42
PLATFORM_ID="platform:f42"
PRETTY_NAME="Fedora Linux 42 (Server Edition)"
`,
  rocky: `NAME="Rocky Linux"
VERSION="9.5 (Blue Onyx)"
ID="rocky"
ID_LIKE="rhel centos fedora"
VERSION_ID="9.5"
PRETTY_NAME="Rocky Linux 9.5 (Blue Onyx)"
`,
  leap: `NAME="openSUSE Leap"
VERSION="15.6"
ID="opensuse-leap"
ID_LIKE="suse opensuse"
VERSION_ID="15.6"
PRETTY_NAME="openSUSE Leap 15.6"
`,
  tumbleweed: `NAME="openSUSE Tumbleweed"
ID="opensuse-tumbleweed"
ID_LIKE="opensuse suse"
VERSION_ID="20250922"
PRETTY_NAME="openSUSE Tumbleweed"
`,
  arch: `NAME="Arch Linux"
PRETTY_NAME="Arch Linux"
ID=arch
BUILD_ID=rolling
`,
} as const;

/** What each program of a good machine prints for its version; the others print nothing. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  node: 'v20.19.2',
  docker: 'Docker version 26.1.5+dfsg1, build a72d7cd',
  cryptsetup: 'cryptsetup 2.7.5 flags: UDEV BLKID KEYRING KERNEL_CAPI',
  dockerd: '',
  containerd: '',
  losetup: '',
  'mkfs.ext4': '',
  chattr: '',
  script: '',
  flock: '',
  stty: '',
};

/** A folder that looks like a machine's root to the set-up's scripts: true sh, made-up programs. */
export interface FakeRoot {
  readonly prefix: string;
  /** Puts a program there that prints `says`, or runs `body`. */
  program(name: string, says: string, body?: string): Promise<void>;
  readonly runAsRoot: RootRunner;
}

/** A bare machine of a distribution: systemd and kmod, no package of ours. */
export async function fakeRoot(
  osRelease: string,
  { manager = 'apt-get', systemd = '257 (257.8-1~deb13u2)' } = {},
): Promise<FakeRoot> {
  const prefix = await mkdtemp(join(tmpdir(), 'rediacc-setup-'));
  const bin = join(prefix, 'usr', 'bin');
  const folders = ['etc', 'usr/bin', 'sys/fs/cgroup', 'run/systemd/system'];
  for (const folder of folders) await mkdir(join(prefix, folder), { recursive: true });
  await writeFile(join(prefix, 'etc/os-release'), osRelease);
  await writeFile(join(prefix, 'sys/fs/cgroup/cgroup.controllers'), 'cpu memory\n');
  for (const tool of ['uname', 'stat', 'tr', 'readlink', 'sha256sum']) {
    await symlink(`/usr/bin/${tool}`, join(bin, tool)).catch(() => undefined);
  }
  const program: FakeRoot['program'] = async (name, says, body) => {
    await writeFile(join(bin, name), `#!/bin/sh\n${body ?? `echo '${says}'`}\n`);
    await chmod(join(bin, name), 0o755);
  };
  await program('systemctl', `systemd ${systemd}`);
  await program('modprobe', '');
  if (manager) await program(manager, '');
  return { prefix, program, runAsRoot: (_, words, options) => runLocally(bin, words, options) };
}

/** Makes a machine good: every program that the set-up wants. */
export async function addPrograms(root: FakeRoot, except: readonly string[] = []): Promise<void> {
  for (const [name, says] of Object.entries(PROGRAMS)) {
    if (except.includes(name)) continue;
    await root.program(name, says, name === 'docker' ? dockerBody(says) : undefined);
  }
}

/** A docker that knows compose. */
export function dockerBody(version: string): string {
  return `[ "$1" = compose ] && echo 2.26.1-4 || echo '${version}'`;
}

function runLocally(
  bin: string,
  [command, ...args]: readonly [string, ...string[]],
  { stdin, onOutput }: Parameters<RootRunner>[2],
): Promise<{ exitCode: number }> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` };
    const child = spawn(command, args, { env });
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    child.on('error', reject);
    child.on('close', (code) => resolve({ exitCode: code ?? 1 }));
    // A script that refuses early leaves the rest of its input unread.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
  });
}
