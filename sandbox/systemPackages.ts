import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { SandboxError } from './errors.ts';
import { say } from './progress.ts';
import { asRoot } from './run.ts';

/** The programs that the sandbox calls on the host, each with its Debian package. */
const packageOf: Record<string, string> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  mmdebstrap: 'mmdebstrap',
  'mkfs.ext4': 'e2fsprogs',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  openssl: 'openssl',
};

/** A script that installs "$@" and starts no service of theirs (on Debian a package may start what it brings). */
const installScript = `set -e
policy=/usr/sbin/policy-rc.d
if [ ! -e $policy ]; then
  trap 'rm -f $policy' EXIT
  printf '#!/bin/sh\\nexit 101\\n' > $policy
  chmod 0755 $policy
fi
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q -y --no-install-recommends install "$@"`;

function isOnPath(command: string): boolean {
  // A user's PATH often lacks the folders of the administrator's programs.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** Returns the output of a command that succeeds; undefined when it fails. */
function answer(command: string, words: string[]): string | undefined {
  const { status, stdout } = spawnSync(command, words, { encoding: 'utf8' });
  return status === 0 ? stdout : undefined;
}

function isInstalled(debianPackage: string): boolean {
  return answer('dpkg-query', ['-W', '-f', '${db:Status-Status}', debianPackage]) === 'installed';
}

function mayBecomeRoot(): boolean {
  return process.getuid?.() === 0 || answer('sudo', ['-n', 'true']) !== undefined;
}

/**
 * Installs the Debian packages that are missing, after saying so. No service of theirs is started.
 * @throws SandboxError with the one line to run, when it may not install them itself.
 */
export function installSystemPackages(packages: readonly string[]): void {
  if (!isOnPath('apt-get')) {
    throw new SandboxError(
      `These programs are needed, and there is no apt-get here: ${packages.join(', ')} (as Debian names them). ` +
        'Install them with your own package manager, then try again.',
    );
  }
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const names = missing.join(' ');
  if (!mayBecomeRoot()) {
    throw new SandboxError(
      `System packages are missing: ${missing.join(', ')}. Run this, then try again:\n` +
        `  sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ${names}'`,
    );
  }
  say(`System packages are missing: ${missing.join(', ')}. Installing them with apt-get ...`);
  const words = asRoot('sh', ['-c', installScript, 'sh', ...missing]);
  const { status, stdout, stderr } = spawnSync(...words, { encoding: 'utf8' });
  if (status === 0) return;
  const end = (stdout + stderr).trimEnd().split('\n').slice(-12).join('\n');
  throw new SandboxError(`apt-get did not install ${names}:\n${end}`);
}

/**
 * Makes sure that the programs for building and running a machine are there.
 * @throws SandboxError as {@link installSystemPackages} does.
 */
export function ensureSystemPackages(): void {
  const missing = Object.keys(packageOf).filter((command) => !isOnPath(command));
  if (missing.length === 0) return;
  installSystemPackages([...new Set(missing.map((command) => packageOf[command] ?? command))]);
}
