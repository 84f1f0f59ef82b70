import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import * as z from 'zod';
import { daemonData } from './daemonConfig.ts';
import { removeIfThere } from '../host.ts';
import { mountPath } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { insideFolder } from '../repository/heldFolder.ts';
import { readInsideIfThere } from '../repository/insideFile.ts';

/** The root of a repository's mount, and below it the folders of its daemon's data. */
export interface DaemonPlace {
  root: string;
  docker: string;
  containerd: string;
}

/** Returns where a repository's daemon keeps its data. */
export function daemonPlace(paths: Paths, guid: string): DaemonPlace {
  const root = mountPath(paths, guid);
  const { docker, containerd } = daemonData(paths, guid);
  return { root, docker: relative(root, docker), containerd: relative(root, containerd) };
}

/** Lists the names in a folder inside a repository; none when it is not there. Throws unsafe-path. */
export async function listInside(root: string, folder: string): Promise<string[]> {
  return (await insideFolder(root, folder, ({ path }) => readdir(path))) ?? [];
}

/** Removes what bears a name in a folder inside a repository; both may be gone already. Throws unsafe-path. */
export async function removeInside(root: string, folder: string, name: string): Promise<void> {
  await insideFolder(root, folder, ({ path }) => removeIfThere(join(path, name)));
}

/** Lists the ids of the containers that dockerd keeps. */
export function listContainers({ root, docker }: DaemonPlace): Promise<string[]> {
  return listInside(root, join(docker, 'containers'));
}

/** The part that is read of dockerd's file of a container. */
const containerSchema = z.looseObject({
  Name: z.string(),
  Config: z.looseObject({ Labels: z.record(z.string(), z.string()).nullish() }),
});

/** The label in which Compose keeps the folder of a container's project. */
const WORKING_FOLDER = 'com.docker.compose.project.working_dir';

/** Reads the name of a container and the folder that Compose made it in; undefined when its file does not say them. */
export async function readContainer(
  { root, docker }: DaemonPlace,
  container: string,
): Promise<{ name: string; workingFolder: string } | undefined> {
  try {
    const text = await readInsideIfThere(root, join(docker, 'containers', container, 'config.v2.json'));
    const { Name, Config } = containerSchema.parse(JSON.parse(text ?? ''));
    const workingFolder = Config.Labels?.[WORKING_FOLDER];
    return workingFolder === undefined ? undefined : { name: Name.replace(/^\//, ''), workingFolder };
  } catch {
    // A file that cannot be read proves nothing.
    return undefined;
  }
}

/** The names of overlay2's folders: the id of a layer, or of the init layer above it. */
const LAYER = /^[0-9a-z]{1,64}(?:-init)?$/;

/** Removes a container with its own layers, which hold what it wrote over its image. Its daemon must be down. */
export async function removeContainer({ root, docker }: DaemonPlace, container: string): Promise<void> {
  const mounts = join(docker, 'image/overlay2/layerdb/mounts');
  const layers = join(docker, 'overlay2');
  for (const file of ['mount-id', 'init-id']) {
    const layer = (await readInsideIfThere(root, join(mounts, container, file)))?.trim() ?? '';
    if (!LAYER.test(layer)) continue;
    const link = (await readInsideIfThere(root, join(layers, layer, 'link')))?.trim() ?? '';
    if (/^[0-9A-Z]+$/.test(link)) await removeInside(root, join(layers, 'l'), link);
    await removeInside(root, layers, layer);
  }
  await removeInside(root, mounts, container);
  // Removed last, so that a second try still finds the container when this one is interrupted.
  await removeInside(root, join(docker, 'containers'), container);
}
