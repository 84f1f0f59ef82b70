import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { recipeFolder } from './paths.ts';
import { writeRegistry } from './registry.ts';

// The "filesystem" driver of Debian's docker-registry reads these files, as pulls on the sandbox machine prove.
describe('writeRegistry', () => {
  let folder: string;
  let root: string;
  const layers = ['busybox', 'postgres', 'redis', 'api'];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry-'));
    for (const name of layers) await writeFile(join(folder, `${name}.tar`), `the layer ${name}`);
    await writeRegistry(join(recipeFolder, 'services/images.json'), folder, join(folder, 'storage'));
    root = join(folder, 'storage/docker/registry/v2');
  });

  afterAll(() => rm(folder, { recursive: true }));

  const link = (repository: string, path: string): Promise<string> =>
    readFile(join(root, 'repositories', repository, path, 'link'), 'utf8');

  async function blob(digest: string): Promise<string> {
    const hex = digest.slice('sha256:'.length);
    return readFile(join(root, 'blobs/sha256', hex.slice(0, 2), hex, 'data'), 'utf8');
  }

  it.each([
    ['busybox', '1'],
    ['postgres', '16'],
    ['redis', '7-alpine'],
    ['myregistry/api', 'latest'],
    ['library/busybox', '1'],
    ['library/postgres', '16'],
    ['library/redis', '7-alpine'],
  ])('serves %s:%s, whose every part the repository may read', async (repository, tag) => {
    const digest = await link(repository, `_manifests/tags/${tag}/current`);
    const text = await blob(digest);
    expect(`sha256:${createHash('sha256').update(text).digest('hex')}`).toBe(digest);
    const manifest = JSON.parse(text) as {
      config: { digest: string };
      layers: { digest: string; size: number }[];
    };
    for (const part of [manifest.config, ...manifest.layers]) {
      expect(await link(repository, `_layers/${part.digest.replace(':', '/')}`)).toBe(part.digest);
    }
    for (const layer of manifest.layers) {
      const content = await blob(layer.digest);
      expect(content).toMatch(/^the layer /);
      expect(Buffer.byteLength(content)).toBe(layer.size);
    }
  });

  it('names the same layers in the configuration, the base first', async () => {
    const manifest = JSON.parse(await blob(await link('postgres', '_manifests/tags/17/current'))) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    const config = JSON.parse(await blob(manifest.config.digest)) as {
      rootfs: { diff_ids: string[] };
      config: { StopSignal: string };
    };
    expect(config.rootfs.diff_ids).toEqual(manifest.layers.map((layer) => layer.digest));
    expect(await blob(config.rootfs.diff_ids[0] ?? '')).toBe('the layer busybox');
    expect(config.config.StopSignal).toBe('SIGINT');
  });
});
