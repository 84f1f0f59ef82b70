import { mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { machineFiles } from './qemu.ts';
import { type Variant, rootImageOf } from './recipe.ts';

/**
 * Makes a machine's folder, with a link to the root image: the overlay names the image by that link, so an overlay can
 * be copied into another machine's folder.
 */
export async function makeMachineFolder(folder: string, image: string, variant: Variant): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await symlink(relative(folder, join(image, rootImageOf(variant))), join(folder, machineFiles.rootImage));
}

/**
 * Returns the name of the image folder that the machine in `folder` lies over; undefined when there is no such machine.
 */
export async function imageNameOf(folder: string): Promise<string | undefined> {
  const target = await readlink(join(folder, machineFiles.rootImage)).catch(() => undefined);
  return target === undefined ? undefined : basename(dirname(target));
}

/** Writes the file that ssh checks the machine's host key against, from the public key in `keys`; gives its path. */
export async function writeKnownHosts(folder: string, keys: string): Promise<string> {
  const path = join(folder, 'known_hosts');
  const key = await readFile(join(keys, 'ssh_host_ed25519_key.pub'), 'utf8');
  await writeFile(path, `sandbox ${key}`);
  return path;
}
