import { rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { listIfThere, readLinkIfThere, removeIfThere } from '../host.ts';
import { mountsFolder, nameLink } from '../paths.ts';
import type { Paths } from '../paths.ts';

/**
 * Makes the link that bears a repository's name, and removes other links to the same repository. Links of other
 * repositories may be made and removed in the same folder at the same time: at boot several start side by side.
 */
export async function linkName(paths: Paths, guid: string, name: string): Promise<void> {
  const link = nameLink(paths, name);
  for (const other of await linksTo(paths, guid)) if (other !== link) await removeIfThere(other);
  if ((await readLinkIfThere(link)) === guid) return;
  const fresh = join(mountsFolder(paths), `.${guid}.link`);
  await removeIfThere(fresh);
  await symlink(guid, fresh);
  await rename(fresh, link);
}

/** Removes the links that lead to a repository, whatever they are called: it may have been renamed. */
export async function unlinkName(paths: Paths, guid: string): Promise<void> {
  for (const link of await linksTo(paths, guid)) await removeIfThere(link);
}

async function linksTo(paths: Paths, guid: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await listIfThere(mountsFolder(paths))) {
    const path = join(mountsFolder(paths), entry);
    if ((await readLinkIfThere(path)) === guid) found.push(path);
  }
  return found;
}
