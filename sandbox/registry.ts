import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';

/**
 * Writes container images straight into the storage of Debian's docker-registry (its "filesystem" driver), so that
 * neither a registry nor a client has to run on the computer that builds.
 */

const serviceImages = z.array(
  z.object({
    repository: z.string(),
    tags: z.array(z.string()).min(1),
    /** Names of layers, the lowest first. */
    layers: z.array(z.string()).min(1),
    /** The image's configuration as Docker knows it: Entrypoint, Cmd, Env, ... */
    config: z.record(z.string(), z.unknown()),
  }),
);

type ServiceImage = z.infer<typeof serviceImages>[number];

interface Blob {
  digest: string;
  size: number;
}

const created = '2026-01-01T00:00:00Z';
const layerType = 'application/vnd.oci.image.layer.v1.tar';
const configType = 'application/vnd.oci.image.config.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return `sha256:${hash.digest('hex')}`;
}

async function write(path: string, content: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}

class RegistryStorage {
  private readonly root: string;

  constructor(folder: string) {
    this.root = join(folder, 'docker/registry/v2');
  }

  async addFile(path: string): Promise<Blob> {
    const digest = await digestOfFile(path);
    const data = this.dataPath(digest);
    await mkdir(dirname(data), { recursive: true });
    await copyFile(path, data);
    return { digest, size: (await stat(path)).size };
  }

  async addText(text: string): Promise<Blob> {
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    await write(this.dataPath(digest), text);
    return { digest, size: Buffer.byteLength(text) };
  }

  /** A repository sees only the blobs that it has a link to. */
  async link(repository: string, path: string, digest: string): Promise<void> {
    await write(join(this.root, 'repositories', repository, path, 'link'), digest);
  }

  private dataPath(digest: string): string {
    const hex = digest.slice('sha256:'.length);
    return join(this.root, 'blobs/sha256', hex.slice(0, 2), hex, 'data');
  }
}

/** Returns what an image is called here, and on Docker Hub, which keeps its own images in `library`. */
function repositoriesOf({ repository }: ServiceImage): string[] {
  return repository.includes('/') ? [repository] : [repository, `library/${repository}`];
}

async function addImage(storage: RegistryStorage, image: ServiceImage, layers: Blob[]): Promise<void> {
  const config = await storage.addText(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      created,
      config: image.config,
      // The layers are not compressed, so the digest of a layer is also that of its content.
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
      history: layers.map(() => ({ created, created_by: 'the sandbox recipe' })),
    }),
  );
  const manifest = await storage.addText(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType: configType, ...config },
      layers: layers.map((layer) => ({ mediaType: layerType, ...layer })),
    }),
  );
  const asPath = (digest: string): string => digest.replace(':', '/');
  for (const repository of repositoriesOf(image)) {
    for (const blob of [config, ...layers]) {
      await storage.link(repository, `_layers/${asPath(blob.digest)}`, blob.digest);
    }
    await storage.link(repository, `_manifests/revisions/${asPath(manifest.digest)}`, manifest.digest);
    for (const tag of image.tags) {
      const folder = `_manifests/tags/${tag}`;
      await storage.link(repository, `${folder}/current`, manifest.digest);
      await storage.link(repository, `${folder}/index/${asPath(manifest.digest)}`, manifest.digest);
    }
  }
}

/**
 * Fills `folder` with the storage of a registry that serves the images described in the file `description`, whose
 * layers are `<layersFolder>/<name>.tar`.
 */
export async function writeRegistry(
  description: string,
  layersFolder: string,
  folder: string,
): Promise<void> {
  const images = serviceImages.parse(JSON.parse(await readFile(description, 'utf8')));
  const storage = new RegistryStorage(folder);
  const blobs = new Map<string, Blob>();
  for (const name of new Set(images.flatMap((image) => image.layers))) {
    blobs.set(name, await storage.addFile(join(layersFolder, `${name}.tar`)));
  }
  for (const image of images) {
    const layers = image.layers.map((name) => blobs.get(name)).filter((blob) => blob !== undefined);
    await addImage(storage, image, layers);
  }
}
