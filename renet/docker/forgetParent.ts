import { lstat, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { daemonData } from './daemonConfig.ts';
import { listIfThere, readTextIfThere, removeIfThere } from '../host.ts';
import { mountPath, nameLink } from '../paths.ts';
import type { Paths } from '../paths.ts';

/** The parent, with the name that it had when the fork was made. */
interface Parent {
  guid: string;
  name: string;
}

/** The names of overlay2's folders: the id of a layer, or of the init layer above it. */
const LAYER = /^[0-9a-z]{1,64}(?:-init)?$/;

/**
 * Removes from a mounted fork what would lead its daemon to the parent: the containers, and the parent's name in
 * volumes. Images, volumes and their contents stay. Call it before the fork's daemon has ever run; it may be repeated.
 */
export async function forgetParent(paths: Paths, guid: string, parent: Parent): Promise<void> {
  const { containerd, docker } = daemonData(paths, guid);
  // With overlay2, dockerd alone keeps the images; containerd only knows containers and what they ran with.
  await removeIfThere(containerd);
  for (const container of await listIfThere(join(docker, 'containers'))) {
    await removeLayers(docker, container);
    // Removed last, so that a second try still finds the container when this one is interrupted.
    await removeIfThere(join(docker, 'containers', container));
  }
  await keepVolumes(paths, join(docker, 'volumes'), guid, parent);
}

/** Removes a container's own layers, which hold what it wrote over its image. */
async function removeLayers(docker: string, container: string): Promise<void> {
  const mount = join(docker, 'image/overlay2/layerdb/mounts', container);
  const layers = join(docker, 'overlay2');
  for (const file of ['mount-id', 'init-id']) {
    const layer = (await readTextIfThere(join(mount, file)))?.trim() ?? '';
    if (!LAYER.test(layer)) continue;
    const link = (await readTextIfThere(join(layers, layer, 'link')))?.trim() ?? '';
    if (/^[0-9A-Z]+$/.test(link)) await removeIfThere(join(layers, 'l', link));
    await removeIfThere(join(layers, layer));
  }
  await removeIfThere(mount);
}

/**
 * Keeps the volumes usable. Compose names a volume after its project, and the project of the root's compose file after
 * the folder, which is the GUID; without a new name the fork would start with a second, empty volume. A volume that is
 * a folder of the parent's (driver option `device`) becomes the same folder of the fork's.
 */
async function keepVolumes(paths: Paths, folder: string, guid: string, parent: Parent): Promise<void> {
  const places = [mountPath(paths, parent.guid), nameLink(paths, parent.name)];
  for (const name of await listIfThere(folder)) {
    if (!(await lstat(join(folder, name))).isDirectory()) continue;
    await moveDevice(join(folder, name, 'opts.json'), places, mountPath(paths, guid));
    if (!name.startsWith(`${parent.guid}_`)) continue;
    await rename(join(folder, name), join(folder, guid + name.slice(parent.guid.length)));
  }
}

/** Changes the folder that a volume's options name, from the parent's to the fork's. */
async function moveDevice(file: string, from: readonly string[], to: string): Promise<void> {
  const text = await readTextIfThere(file);
  if (text === undefined) return;
  const options: unknown = JSON.parse(text);
  if (typeof options !== 'object' || options === null || !('MountDevice' in options)) return;
  const { MountDevice: device } = options;
  if (typeof device !== 'string') return;
  const place = from.find((one) => device === one || device.startsWith(`${one}/`));
  if (place === undefined) return;
  await writeFile(file, JSON.stringify({ ...options, MountDevice: to + device.slice(place.length) }));
}
