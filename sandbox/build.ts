import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { recipeFolder } from './paths.ts';
import { step } from './progress.ts';
import { writeRegistry } from './registry.ts';
import { asRoot, runOnHost } from './run.ts';

/** Makes a key pair without a passphrase at `path` and `path`.pub. */
export async function makeKey(type: 'ed25519' | 'rsa', path: string): Promise<void> {
  await runOnHost('ssh-keygen', ['-q', '-t', type, '-N', '', '-C', 'rediacc sandbox', '-f', path]);
}

/** Makes what opens the machines of one image: the admin's key, a sudo password, and the first host keys. */
async function makeAccess(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 });
  await makeKey('ed25519', join(folder, 'id_ed25519'));
  await copyFile(join(folder, 'id_ed25519.pub'), join(folder, 'authorized_keys'));
  await writeFile(join(folder, 'locked.password'), randomBytes(12).toString('base64url'), { mode: 0o600 });
  await makeKey('ed25519', join(folder, 'ssh_host_ed25519_key'));
  await makeKey('rsa', join(folder, 'ssh_host_rsa_key'));
}

/**
 * Builds everything an image folder holds into the empty folder `image`: bare.img, standard.img, vmlinuz, initrd.img
 * and access/. What a script writes goes to `log`.SCRIPT.log.
 */
export async function buildImage(image: string, log: string): Promise<void> {
  const work = join(image, 'work');
  const bare = join(work, 'bare');
  const standard = join(work, 'standard');
  const services = join(work, 'services');
  const registry = join(work, 'registry');
  const script = (name: string, ...words: string[]): Promise<string> =>
    runOnHost(...asRoot(join(recipeFolder, name), words), { log: `${log}.${name}.log` });

  await mkdir(services, { recursive: true });
  await makeAccess(join(image, 'access'));
  await step('Making the bare machine and the service images from Debian packages', () =>
    Promise.all([script('machine-root.sh', bare, join(image, 'access')), script('services.sh', services)]),
  );
  await writeRegistry(join(recipeFolder, 'services/images.json'), services, registry);
  await step('Installing what the standard machine has', () => script('standard-root.sh', bare, standard));
  await step('Packing the disks', async () => {
    await script('pack-root.sh', bare, registry, join(image, 'bare.img'));
    await script('pack-root.sh', standard, registry, join(image, 'standard.img'));
  });
  const boot = join(bare, 'boot');
  for (const name of ['vmlinuz', 'initrd.img']) {
    const file = (await readdir(boot)).find((entry) => entry.startsWith(`${name}-`));
    if (file === undefined) throw new Error(`The machine's /boot has no ${name}.`);
    await runOnHost(...asRoot('install', ['-m', '0644', join(boot, file), join(image, name)]));
  }
  await runOnHost(...asRoot('rm', ['-rf', work]));
  const owner = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  await runOnHost(...asRoot('chown', ['-R', owner, image]));
}
