import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metadataFile, networkIdsFile, repositoriesFolder, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { claimNetworkIds, networkRival } from './networkIds.ts';
import { reserve } from './reserve.ts';

const [first, second, third] = [
  '11111111-1111-4111-8111-111111111111',
  '22222222-2222-4222-8222-222222222222',
  '33333333-3333-4333-8333-333333333333',
];
const created = '2026-01-01T00:00:00.000Z';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'rediacc-network-'))));
afterEach(() => rmSync(folder, { recursive: true }));

/** Returns the paths of one datastore of the one machine. */
const datastore = (name: string): Paths => {
  const path = join(folder, name);
  return { datastore: path, run: join(folder, 'run'), machine: join(folder, 'machine') };
};

/** Puts a repository into a datastore as a person does who copies its files there. */
function copyIn(paths: Paths, guid: string, name: string, networkId: number): void {
  mkdirSync(repositoriesFolder(paths), { recursive: true });
  writeFileSync(volumeFile(paths, guid), '');
  writeFileSync(metadataFile(paths, guid), JSON.stringify({ guid, name, networkId, created }));
}

const unlocked = (work: () => Promise<void>): Promise<void> => work();

describe('network ids of one machine', () => {
  it('are given once over all of its datastores', async () => {
    const one = await reserve(datastore('ssd'), { guid: first, name: 'one', created });
    const two = await reserve(datastore('disk'), { guid: second, name: 'two', created });
    const three = await reserve(datastore('ssd'), { guid: third, name: 'three', created });
    expect([one.networkId, two.networkId, three.networkId]).toEqual([2816, 2880, 2944]);
  });

  it('stay given while the datastore is away', async () => {
    await reserve(datastore('disk'), { guid: first, name: 'one', created });
    renameSync(join(folder, 'disk'), join(folder, 'unplugged'));
    const two = await reserve(datastore('ssd'), { guid: second, name: 'two', created });
    expect(two.networkId).toBe(2880);
    renameSync(join(folder, 'unplugged'), join(folder, 'disk'));
    expect(await networkRival(datastore('disk'), { guid: first, networkId: 2816 })).toBeUndefined();
  });

  it.each<[string, () => void]>([
    ['ELOOP', () => symlinkSync('disk', join(folder, 'disk'))],
    ['ENAMETOOLONG', () => symlinkSync('x'.repeat(300), join(folder, 'disk'))],
    ['EISDIR', () => mkdirSync(metadataFile(datastore('disk'), first), { recursive: true })],
  ])(
    'stay given while the system answers %s for another datastore, which stops nothing',
    async (_, breakIt) => {
      copyIn(datastore('ssd'), second, 'two', 2880);
      await reserve(datastore('disk'), { guid: first, name: 'one', created });
      renameSync(join(folder, 'disk'), join(folder, 'unplugged'));
      breakIt();
      // A copy of the one that cannot be read.
      copyIn(datastore('ssd'), third, 'copy', 2816);
      expect(await networkRival(datastore('ssd'), { guid: second, networkId: 2880 })).toBeUndefined();
      expect((await networkRival(datastore('ssd'), { guid: third, networkId: 2816 }))?.guid).toBe(first);
      await claimNetworkIds(datastore('ssd'), unlocked);
      const record = JSON.parse(readFileSync(networkIdsFile(datastore('ssd')), 'utf8')) as object;
      expect(record).toMatchObject({
        datastores: [join(folder, 'disk'), join(folder, 'ssd')],
        claims: [{ guid: first, datastore: join(folder, 'disk') }, { guid: second }],
      });
    },
  );

  it('are not given while the datastore itself cannot be read', async () => {
    mkdirSync(join(folder, 'ssd'));
    symlinkSync('repositories', repositoriesFolder(datastore('ssd')));
    await expect(networkRival(datastore('ssd'), { guid: second, networkId: 2880 })).rejects.toMatchObject({
      code: 'ELOOP',
    });
  });

  it('pass by what a daemon still uses, and what an earlier version gave', async () => {
    mkdirSync(join(folder, 'run'));
    writeFileSync(join(folder, 'run', 'docker-3008.sock'), '');
    mkdirSync(join(folder, 'ssd'));
    writeFileSync(join(folder, 'ssd', 'network-id.highest'), '2944\n');
    copyIn(datastore('ssd'), first, 'one', 2880);
    const two = await reserve(datastore('ssd'), { guid: second, name: 'two', created });
    expect(two.networkId).toBe(3072);
  });

  it('belong to the repository that had them when a copy comes later, whatever the copy says', async () => {
    await reserve(datastore('ssd'), { guid: second, name: 'shop', created });
    // The copy is older, and its GUID comes first: neither counts against the one that was here.
    copyIn(datastore('ssd'), first, 'copy', 2816);
    expect(await networkRival(datastore('ssd'), { guid: second, networkId: 2816 })).toBeUndefined();
    expect(await networkRival(datastore('ssd'), { guid: first, networkId: 2816 })).toEqual({
      networkId: 2816,
      guid: second,
      name: 'shop',
      datastore: join(folder, 'ssd'),
    });
  });

  it('are free again for the copy once the first repository is deleted', async () => {
    const paths = datastore('ssd');
    await reserve(paths, { guid: second, name: 'shop', created });
    copyIn(paths, first, 'copy', 2816);
    rmSync(metadataFile(paths, second));
    rmSync(`${volumeFile(paths, second)}.partial`);
    expect(await networkRival(paths, { guid: first, networkId: 2816 })).toBeUndefined();
  });

  it('stay with a repository whose metadata are damaged', async () => {
    const paths = datastore('ssd');
    await reserve(paths, { guid: second, name: 'shop', created });
    copyIn(paths, first, 'copy', 2816);
    writeFileSync(metadataFile(paths, second), '{');
    expect((await networkRival(paths, { guid: first, networkId: 2816 }))?.guid).toBe(second);
  });

  it.each(['', '{', 'null', '{"highest": 1}', '[]'])(
    'come from the datastores when the record is %j',
    async (text) => {
      const paths = datastore('ssd');
      copyIn(paths, first, 'one', 2816);
      mkdirSync(dirname(networkIdsFile(paths)));
      writeFileSync(networkIdsFile(paths), text);
      expect((await reserve(paths, { guid: second, name: 'two', created })).networkId).toBe(2880);
    },
  );

  it('are noted once, root’s alone', async () => {
    const paths = datastore('ssd');
    copyIn(paths, first, 'one', 2816);
    let writes = 0;
    const lock = async (work: () => Promise<void>): Promise<void> => {
      writes += 1;
      await work();
    };
    await claimNetworkIds(paths, lock);
    await claimNetworkIds(paths, lock);
    expect(writes).toBe(1);
    expect(JSON.parse(readFileSync(networkIdsFile(paths), 'utf8'))).toMatchObject({
      datastores: [join(folder, 'ssd')],
      claims: [{ networkId: 2816, guid: first }],
    });
    // The one that is noted keeps the id against an older one that comes later.
    copyIn(datastore('disk'), '00000000-0000-4000-8000-000000000000', 'older', 2816);
    await claimNetworkIds(datastore('disk'), unlocked);
    expect(await networkRival(paths, { guid: first, networkId: 2816 })).toBeUndefined();
  });
});
