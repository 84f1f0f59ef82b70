import { mkdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';
import { machineFiles } from './qemu.ts';
import { type Variant, rootImageOf } from './recipe.ts';

/**
 * Makes a machine's folder, with a link to the root image. The disk, which is an overlay, names the image by that link,
 * so that it can be copied into another machine's folder.
 */
export async function makeMachineFolder(folder: string, image: string, variant: Variant): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await symlink(relative(folder, join(image, rootImageOf(variant))), join(folder, machineFiles.rootImage));
}

/** Returns the name of the image folder that a machine's disk is based on; undefined when there is no such machine. */
export async function imageNameOf(folder: string): Promise<string | undefined> {
  const target = await readlink(join(folder, machineFiles.rootImage)).catch(() => undefined);
  return target === undefined ? undefined : basename(dirname(target));
}

/** Writes the file with which ssh checks the machine's host key, from the public key in `keys`. Returns its path. */
export async function writeKnownHosts(folder: string, keys: string): Promise<string> {
  const path = join(folder, 'known_hosts');
  const key = await readFile(join(keys, 'ssh_host_ed25519_key.pub'), 'utf8');
  await writeFile(path, `sandbox ${key}`);
  return path;
}
