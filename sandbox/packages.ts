import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { SandboxError } from './errors.ts';
import { say, step } from './progress.ts';
import { asRoot, run } from './run.ts';

/** What the sandbox calls on the host, and the Debian package it comes from. */
const packageOf: Record<string, string> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  mmdebstrap: 'mmdebstrap',
  'mkfs.ext4': 'e2fsprogs',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
};

async function isInstalled(command: string): Promise<boolean> {
  // A user's PATH often lacks the folders of the administrator's programs.
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  for (const folder of folders) {
    try {
      await access(join(folder, command), constants.X_OK);
      return true;
    } catch {
      // Not in this folder.
    }
  }
  return false;
}

async function mayBecomeRoot(): Promise<boolean> {
  if (process.getuid?.() === 0) return true;
  return run('sudo', ['-n', 'true']).then(
    () => true,
    () => false,
  );
}

/**
 * Installs the system packages that are missing, after saying so.
 * @throws SandboxError with the one line to run, when it may not install them itself.
 */
export async function ensureSystemPackages(): Promise<void> {
  const missing = new Set<string>();
  for (const [command, name] of Object.entries(packageOf)) {
    if (!(await isInstalled(command))) missing.add(name);
  }
  if (missing.size === 0) return;
  const install = ['-y', '--no-install-recommends', 'install', ...missing];
  const line = `apt-get update && apt-get ${install.join(' ')}`;
  if (!(await isInstalled('apt-get'))) {
    throw new SandboxError(
      `The sandbox machine needs these programs, and there is no apt-get here: ${[...missing].join(', ')}. ` +
        'Install them with your own package manager; building the machine itself needs Debian or Ubuntu.',
    );
  }
  if (!(await mayBecomeRoot())) {
    throw new SandboxError(
      `The sandbox machine needs system packages that are not installed. Run this, then try again:\n` +
        `  sudo sh -c '${line}'`,
    );
  }
  say(`The sandbox machine needs ${[...missing].join(', ')}: installing them with apt-get.`);
  const apt = (words: string[]): Promise<string> =>
    run(...asRoot('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', ...words]));
  await step('Installing system packages', async () => {
    await apt(['update']);
    await apt(install);
  });
}
