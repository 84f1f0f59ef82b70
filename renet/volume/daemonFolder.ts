import { join } from 'node:path';
import { hasCode, readTextIfThere } from '../host.ts';
import { parseJson } from '../json.ts';
import { daemonFolder, mountPath } from '../paths.ts';
import type { Paths } from '../paths.ts';

/** Returns the file of the configuration of a network id's dockerd. */
export const daemonConfigFile = (paths: Paths, networkId: number): string =>
  join(daemonFolder(paths, networkId), 'daemon.json');

/** Tells whether data in this folder are the repository's own: they lie inside its mount. */
export function isInMount(paths: Paths, guid: string, folder: string): boolean {
  return folder.startsWith(`${mountPath(paths, guid)}/`);
}

/**
 * Returns the folder of the data that a network id's daemon was started with, by its configuration; undefined when
 * there is none that can be read.
 */
export async function configuredData(paths: Paths, networkId: number): Promise<string | undefined> {
  const text = await readTextIfThere(daemonConfigFile(paths, networkId)).catch((error: unknown) => {
    if (hasCode(error, 'EISDIR')) return undefined;
    throw error;
  });
  const configuration = parseJson(text ?? '');
  if (typeof configuration !== 'object' || configuration === null) return undefined;
  const data: unknown = 'data-root' in configuration ? configuration['data-root'] : undefined;
  return typeof data === 'string' ? data : undefined;
}

/**
 * Tells whether the folder of a daemon's state is another repository's, of whatever datastore, which has the same
 * network id: that one's daemon may live in it.
 */
export async function isAnothersFolder(
  paths: Paths,
  { guid, networkId }: { guid: string; networkId: number },
): Promise<boolean> {
  const data = await configuredData(paths, networkId);
  return data !== undefined && !isInMount(paths, guid, data);
}
