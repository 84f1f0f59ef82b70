import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { daemonData } from './daemonConfig.ts';
import { forgetParent, forgetStrangers } from './forgetParent.ts';
import type { Paths } from '../paths.ts';

const parent = { guid: '11111111-1111-4111-8111-111111111111', name: 'shop' };
const fork = '22222222-2222-4222-8222-222222222222';
const container = 'c'.repeat(64);
const [own, init, image] = ['a1'.repeat(32), `${'a1'.repeat(32)}-init`, 'b2'.repeat(32)];

let paths: Paths;
let docker: string;
beforeEach(() => {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-fork-'));
  paths = { datastore, run: join(datastore, 'run') };
  docker = daemonData(paths, fork).docker;
});
afterEach(() => rmSync(paths.datastore, { recursive: true, force: true }));

function write(path: string, text = ''): void {
  mkdirSync(dirname(join(docker, path)), { recursive: true });
  writeFileSync(join(docker, path), text);
}
const there = (path: string): boolean => existsSync(join(docker, path));

/** Writes the files that a daemon leaves for an image and a container made from it. */
function daemonWithContainer(): void {
  for (const [layer, short] of [
    [own, 'AAAA'],
    [init, 'BBBB'],
    [image, 'CCCC'],
  ] as const) {
    write(`overlay2/${layer}/diff/file`, layer);
    write(`overlay2/${layer}/link`, short);
    mkdirSync(join(docker, 'overlay2/l'), { recursive: true });
    symlinkSync(`../${layer}/diff`, join(docker, 'overlay2/l', short));
  }
  write(`image/overlay2/layerdb/mounts/${container}/mount-id`, own);
  write(`image/overlay2/layerdb/mounts/${container}/init-id`, init);
  write(`image/overlay2/layerdb/sha256/x/cache-id`, image);
  write(`containers/${container}/hostconfig.json`, '{"Binds":["/mnt/rediacc/repos/shop/data:/data"]}');
}

describe('what a fork leaves of its parent', () => {
  it('no container, and nothing of what containers wrote over their image', async () => {
    daemonWithContainer();
    mkdirSync(daemonData(paths, fork).containerd, { recursive: true });
    await forgetParent(paths, fork, parent);
    expect(
      [
        `containers/${container}`,
        `image/overlay2/layerdb/mounts/${container}`,
        ...[`overlay2/${own}`, `overlay2/${init}`, 'overlay2/l'],
      ].map(there),
    ).toEqual([false, false, false, false, true]);
    const links = ['AAAA', 'BBBB', 'CCCC'].map((short) =>
      lstatSync(join(docker, 'overlay2/l', short), { throwIfNoEntry: false }),
    );
    expect(links.map((link) => link !== undefined)).toEqual([false, false, true]);
    expect(existsSync(daemonData(paths, fork).containerd)).toBe(false);
  });

  it('no container either after a try that was interrupted: it is found until its layers are gone', async () => {
    daemonWithContainer();
    const mounts = `image/overlay2/layerdb/mounts/${container}`;
    // A file that cannot be read: a folder stands in its place.
    rmSync(join(docker, mounts, 'init-id'));
    mkdirSync(join(docker, mounts, 'init-id'));
    await expect(forgetParent(paths, fork, parent)).rejects.toThrow();
    expect(there(`containers/${container}`)).toBe(true);
    rmSync(join(docker, mounts, 'init-id'), { recursive: true });
    write(`${mounts}/init-id`, init);
    await forgetParent(paths, fork, parent);
    expect([`containers/${container}`, mounts, `overlay2/${own}`, `overlay2/${init}`].map(there)).toEqual([
      ...[false, false, false, false],
    ]);
  });

  it('every image, whole', async () => {
    daemonWithContainer();
    await forgetParent(paths, fork, parent);
    expect([`overlay2/${image}/diff/file`, 'image/overlay2/layerdb/sha256/x/cache-id'].map(there)).toEqual([
      ...[true, true],
    ]);
  });

  it('every volume: those of the root’s compose file under the name that Compose looks for', async () => {
    write(`volumes/${parent.guid}_data/_data/file`, 'kept');
    write('volumes/database_data/_data/file', 'kept too');
    write('volumes/metadata.db', 'dockerd’s own');
    await forgetParent(paths, fork, parent);
    await forgetParent(paths, fork, parent);
    expect(
      [`volumes/${fork}_data/_data/file`, 'volumes/database_data/_data/file'].map((path) =>
        readFileSync(join(docker, path), 'utf8'),
      ),
    ).toEqual(['kept', 'kept too']);
    expect(there(`volumes/${parent.guid}_data`)).toBe(false);
  });

  it('no volume that is a folder of the parent', async () => {
    const repos = join(paths.datastore, 'repos');
    const options = (device: string): string =>
      JSON.stringify({ MountType: 'none', MountOpts: 'bind', MountDevice: device, Quota: { Size: 0 } });
    const devices = {
      byGuid: join(repos, parent.guid, 'data'),
      byName: join(repos, 'shop'),
      another: join(repos, 'shop-2/data'),
    };
    for (const [name, device] of Object.entries(devices)) write(`volumes/${name}/opts.json`, options(device));
    await forgetParent(paths, fork, parent);
    const now = Object.keys(devices).map((name) =>
      readFileSync(join(docker, `volumes/${name}/opts.json`), 'utf8'),
    );
    expect(now).toEqual(
      [join(repos, fork, 'data'), join(repos, fork), join(repos, 'shop-2/data')].map(options),
    );
  });

  it('no folder of the parent in options that dockerd understands, however they are written', async () => {
    const repos = join(paths.datastore, 'repos');
    const given = (folder: string): Record<string, unknown> => ({
      lower: { mountdevice: `${repos}/${folder}/data` },
      overlay: {
        MountType: 'overlay',
        MountDevice: 'overlay',
        MountOpts: `lowerdir=${repos}/${folder}/a:/usr/b,upperdir=${repos}/${folder}/c`,
      },
    });
    const aside = { dotted: { MountDevice: `${repos}/other/..//${parent.guid}/data` } };
    for (const [name, options] of Object.entries({ ...given(parent.guid), ...aside }))
      write(`volumes/${name}/opts.json`, JSON.stringify(options));
    await forgetParent(paths, fork, parent);
    const now = (name: string): unknown =>
      JSON.parse(readFileSync(join(docker, `volumes/${name}/opts.json`), 'utf8'));
    expect({ lower: now('lower'), overlay: now('overlay') }).toEqual(given(fork));
    expect(now('dotted')).toEqual({ MountDevice: `${repos}/${fork}/data` });
  });

  it.each(['', '\0\0\0', '{"MountDevice":', 'null', '[]', '"text"', '{"MountDevice":7}'])(
    'no container although a volume has options that are none: %j',
    async (options) => {
      daemonWithContainer();
      write('volumes/a/opts.json', options);
      write(`volumes/${parent.guid}_data/_data/file`, 'kept');
      await forgetParent(paths, fork, parent);
      expect(await forgetStrangers(paths, fork)).toEqual({ containers: [], volumes: [] });
      expect([`containers/${container}`, `volumes/${fork}_data/_data/file`].map(there)).toEqual([
        false,
        true,
      ]);
      expect(readFileSync(join(docker, 'volumes/a/opts.json'), 'utf8')).toBe(options);
    },
  );

  it('nothing at all where a daemon never ran', async () => {
    await forgetParent(paths, fork, parent);
    expect(existsSync(docker)).toBe(false);
  });
});
