import { join } from 'node:path';
import { isGuid, isValidName } from '../../shared/names.ts';
import { isNetworkId } from '../../shared/network/network.ts';
import { listIfThere, readLinkIfThere, readTextIfThere } from '../host.ts';
import { mountPath, mountsFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';

/** Returns the name that a link gives to each repository, by GUID. */
export async function linkedNames(paths: Paths): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  for (const name of await listIfThere(mountsFolder(paths))) {
    const guid = isValidName(name) ? await readLinkIfThere(join(mountsFolder(paths), name)) : undefined;
    if (guid !== undefined && isGuid(guid)) names.set(guid, name);
  }
  return names;
}

/** The folder of systemd's units that end with the boot; a repository's daemon has its own there. */
const UNITS = '/run/systemd/system';

/**
 * Finds the network id of a repository whose metadata cannot be read, by the unit of its daemon; 0 when it has none, so
 * that no daemon of it can run.
 */
export async function networkIdLeft(paths: Paths, guid: string, units = UNITS): Promise<number> {
  for (const unit of await listIfThere(units)) {
    const networkId = Number(/^rediacc-docker-(\d+)\.service$/.exec(unit)?.[1]);
    if (!isNetworkId(networkId)) continue;
    const text = (await readTextIfThere(join(units, unit))) ?? '';
    if (text.includes(mountPath(paths, guid))) return networkId;
  }
  return 0;
}
