import { lstat, readdir, rename } from 'node:fs/promises';
import { join, normalize } from 'node:path';
import { isGuid } from '../../shared/names.ts';
import {
  daemonPlace,
  listContainers,
  readContainer,
  removeContainer,
  removeInside,
} from './containerFiles.ts';
import type { DaemonPlace } from './containerFiles.ts';
import { exists, replaceAlone } from '../host.ts';
import { parseJson } from '../json.ts';
import { mountPath, mountsFolder, nameLink } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { insideFolder } from '../repository/heldFolder.ts';
import { readInsideIfThere } from '../repository/insideFile.ts';

/** The parent, with the name that it had when the fork was made. */
interface Parent {
  guid: string;
  name: string;
}

/**
 * Removes from a mounted fork what would lead its daemon to the parent: the containers, and the parent's name in
 * volumes. Images, volumes and their contents stay. Call it before the fork's daemon has ever run; it may be repeated.
 * A container of the parent's that saw its repository's root may have put links into the daemon's data: none is
 * followed. Throws unsafe-path.
 */
export async function forgetParent(paths: Paths, guid: string, parent: Parent): Promise<void> {
  const place = daemonPlace(paths, guid);
  // With overlay2, dockerd alone keeps the images; containerd only knows containers and what they ran with.
  await removeInside(place.root, join(place.containerd, '..'), 'containerd');
  for (const container of await listContainers(place)) await removeContainer(place, container);
  const folders = [mountPath(paths, parent.guid), nameLink(paths, parent.name)];
  await keepVolumes(place, guid, {
    isOf: (other) => other === parent.guid,
    folderOf: (path) => folders.find((one) => path === one || path.startsWith(`${one}/`)),
  });
}

/** What a fork still had of another repository. `volumes`: those that stay under the other's name. */
interface Strangers {
  containers: string[];
  volumes: string[];
}

/**
 * Removes from a mounted fork, whose daemon is down, the containers that are provably another repository's: Compose made
 * them in the folder of another GUID. A version before this one could record that they were gone before that was on
 * disk. The fork's own containers stay, and so does whatever is not proved. Volumes are kept as `forgetParent` keeps
 * them, unless one of the fork's own bears the name already. Throws unsafe-path.
 */
export async function forgetStrangers(paths: Paths, guid: string): Promise<Strangers> {
  const place = daemonPlace(paths, guid);
  const folderOf = (path: string): string | undefined => {
    const [other = ''] = path.startsWith(`${mountsFolder(paths)}/`)
      ? path.slice(mountsFolder(paths).length + 1).split('/')
      : [];
    return isGuid(other) && other !== guid ? mountPath(paths, other) : undefined;
  };
  const containers: string[] = [];
  for (const container of await listContainers(place)) {
    const found = await readContainer(place, container);
    if (found === undefined || folderOf(found.workingFolder) === undefined) continue;
    await removeContainer(place, container);
    containers.push(found.name);
  }
  const volumes = await keepVolumes(place, guid, {
    isOf: (other) => isGuid(other) && other !== guid,
    folderOf,
  });
  return { containers, volumes };
}

/** How another repository is recognised: by its GUID, and by the folder of it that a path leads into. */
interface Other {
  isOf: (guid: string) => boolean;
  folderOf: (path: string) => string | undefined;
}

/**
 * Keeps the volumes usable. Compose names a volume after its project, and the project of the root's compose file after
 * the folder, which is the GUID; without a new name the fork would start with a second, empty volume. A volume that is
 * a folder of the other's (driver option `device`) becomes the same folder of the fork's. Returns the names of those
 * that keep their name, because another volume has the new one.
 */
async function keepVolumes({ root, docker }: DaemonPlace, guid: string, other: Other): Promise<string[]> {
  const folder = join(docker, 'volumes');
  const left = await insideFolder(root, folder, async ({ path }) => {
    const taken: string[] = [];
    for (const name of await readdir(path)) {
      if (!(await lstat(join(path, name))).isDirectory()) continue;
      await moveDevice(root, join(folder, name), other);
      const [owner = ''] = name.split('_');
      if (!other.isOf(owner) || name === owner) continue;
      const own = guid + name.slice(owner.length);
      if (await exists(join(path, own))) taken.push(name);
      else await rename(join(path, name), join(path, own));
    }
    return taken;
  });
  return left ?? [];
}

/**
 * Changes the folders that a volume's options name, from the other repository's to the same ones at `root`. Options that
 * are none stay as they are: dockerd refuses them, and every other volume is kept all the same.
 */
async function moveDevice(root: string, volume: string, { folderOf }: Other): Promise<void> {
  const text = await readInsideIfThere(root, join(volume, 'opts.json'));
  const options = parseJson(text ?? '');
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return;
  const movePath = (path: string): string => {
    const whole = path.startsWith('/') ? normalize(path) : path;
    const from = folderOf(whole);
    return from === undefined ? path : root + whole.slice(from.length);
  };
  const moved = JSON.stringify(
    Object.fromEntries(
      Object.entries(options).map(([key, value]) => {
        if (typeof value !== 'string') return [key, value];
        // dockerd reads the names of options in any case.
        if (key.toLowerCase() === 'mountdevice') return [key, movePath(value)];
        // Those of an overlay name folders: lowerdir=/a:/b,upperdir=/c.
        if (key.toLowerCase() === 'mountopts') return [key, value.replace(/[^,:=]+/g, movePath)];
        return [key, value];
      }),
    ),
  );
  if (moved === JSON.stringify(options)) return;
  await insideFolder(root, volume, ({ path }) =>
    replaceAlone(join(path, 'opts.json'), moved, { mode: 0o600 }),
  );
}
