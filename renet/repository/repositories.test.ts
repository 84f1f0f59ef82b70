import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  highestNetworkIdFile,
  metadataFile,
  mountsFolder,
  nameLink,
  partialFile,
  repositoriesFolder,
  volumeFile,
} from '../paths.ts';
import type { Paths } from '../paths.ts';
import {
  findRepository,
  findStored,
  findWhatIsLeft,
  listRepositories,
  renameInMetadata,
} from './repositories.ts';
import { reserve } from './reserve.ts';
import { networkIdLeft } from './whatIsLeft.ts';

const [first, second] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
const created = '2026-01-01T00:00:00.000Z';

let paths: Paths;
beforeEach(() => {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-repositories-'));
  paths = { datastore, run: join(datastore, 'run') };
});
afterEach(() => rmSync(paths.datastore, { recursive: true }));

const files = (): string[] => readdirSync(repositoriesFolder(paths)).sort();

describe('reserve', () => {
  it('gives each repository the next network id, and notes the highest', async () => {
    const one = await reserve(paths, { guid: first, name: 'one', created });
    const two = await reserve(paths, { guid: second, name: 'two', created });
    expect([one.networkId, two.networkId]).toEqual([2816, 2880]);
    expect(readFileSync(highestNetworkIdFile(paths), 'utf8')).toBe('2880\n');
  });

  it.each([
    ['name', { guid: second, name: 'one', created }],
    ['GUID', { guid: first, name: 'two', created }],
  ])('refuses a %s that is taken, though its volume is unfinished, and changes nothing', async (_, other) => {
    await reserve(paths, { guid: first, name: 'one', created });
    const before = [files(), readFileSync(metadataFile(paths, first), 'utf8')];
    await expect(reserve(paths, other)).rejects.toMatchObject({
      code: 'name-taken',
      details: { name: other.name },
    });
    expect([files(), readFileSync(metadataFile(paths, first), 'utf8')]).toEqual(before);
  });
});

it('is listed beside one whose metadata the disk does not give', async () => {
  await reserve(paths, { guid: first, name: 'one', created });
  renameSync(partialFile(paths, first), volumeFile(paths, first));
  writeFileSync(volumeFile(paths, second), '');
  // Whatever cannot be read as a file.
  mkdirSync(metadataFile(paths, second));
  const listed = await listRepositories(paths);
  expect(listed.map(({ kind }) => kind).sort()).toEqual(['damaged', 'repository']);
  const reason = expect.stringMatching(/cannot be read: EISDIR/) as string;
  expect(listed).toContainEqual(expect.objectContaining({ guid: second, lost: 'metadata', reason }));
});

describe('rename', () => {
  it('refuses the name of one whose creation is under way', async () => {
    await reserve(paths, { guid: first, name: 'one', created });
    await reserve(paths, { guid: second, name: 'two', created });
    await expect(renameInMetadata(paths, first, 'two')).rejects.toMatchObject({ code: 'name-taken' });
    expect((await renameInMetadata(paths, first, 'three')).name).toBe('three');
  });
});

describe('a damaged repository', () => {
  const parts = {
    volume: () => writeFileSync(volumeFile(paths, first), ''),
    metadata: () =>
      writeFileSync(
        metadataFile(paths, first),
        JSON.stringify({ name: 'shop', guid: first, networkId: 2816, created }),
      ),
    torn: () => writeFileSync(metadataFile(paths, first), '{"name": "sh'),
    link: () => symlinkSync(first, nameLink(paths, 'shop')),
  };
  type Part = keyof typeof parts;

  beforeEach(() => {
    mkdirSync(repositoriesFolder(paths));
    mkdirSync(mountsFolder(paths));
  });

  it.each<[Part[], string, 'volume' | 'metadata']>([
    [['metadata'], 'shop', 'volume'],
    [['metadata', 'link'], 'shop', 'volume'],
    [['volume', 'link'], 'shop', 'metadata'],
    [['volume', 'torn', 'link'], 'shop', 'metadata'],
    [['torn', 'link'], 'shop', 'metadata'],
    [['link'], 'shop', 'metadata'],
    [['volume'], first, 'metadata'],
    [['torn'], first, 'metadata'],
  ])('of which %j are left is known as %s, there and taken', async (left, name, lost) => {
    for (const part of left) parts[part]();
    for (const known of [name, first]) {
      expect(await findStored(paths, known, 'm')).toMatchObject({ kind: 'damaged', guid: first, name, lost });
      expect(await findWhatIsLeft(paths, known, 'm')).toMatchObject({ guid: first, name });
      await expect(findRepository(paths, known, 'm')).rejects.toMatchObject({
        ...{ code: 'repository-damaged', details: { name } },
      });
    }
    const taken = reserve(paths, { guid: second, name, created });
    await expect(taken).rejects.toMatchObject({ code: 'name-taken' });
  });

  it('gives its name to no other by a rename', async () => {
    for (const part of ['volume', 'link'] as const) parts[part]();
    await reserve(paths, { guid: second, name: 'two', created });
    await expect(renameInMetadata(paths, second, 'shop')).rejects.toMatchObject({ code: 'name-taken' });
  });

  it('has the network id that its daemon’s unit tells, or none', async () => {
    const units = join(paths.datastore, 'units');
    mkdirSync(units);
    writeFileSync(join(units, 'rediacc-docker-2944.service'), 'AssertPathIsMountPoint=/elsewhere');
    expect(await networkIdLeft(paths, first, units)).toBe(0);
    const unit = `AssertPathIsMountPoint=${join(mountsFolder(paths), first)}\n`;
    writeFileSync(join(units, 'rediacc-docker-2880.service'), unit);
    expect(await networkIdLeft(paths, first, units)).toBe(2880);
  });
});

describe('a name that several repositories have', () => {
  const third = '33333333-3333-4333-8333-333333333333';
  const metadataOf = (guid: string): void =>
    writeFileSync(
      metadataFile(paths, guid),
      JSON.stringify({ name: 'shop', guid, networkId: 2816, created }),
    );
  const healthy = (guid: string): void => {
    metadataOf(guid);
    writeFileSync(volumeFile(paths, guid), '');
  };
  /** Makes a repository without metadata: only its volume and the link with its name are there. */
  const torn = (guid: string): void => {
    writeFileSync(volumeFile(paths, guid), '');
    symlinkSync(guid, nameLink(paths, 'shop'));
  };

  beforeEach(() => {
    mkdirSync(repositoriesFolder(paths));
    mkdirSync(mountsFolder(paths));
  });

  // Both ways round: which one is read first is the file system's affair.
  it.each([
    [first, second],
    [second, first],
  ])('means the whole one (%s), not the damaged one (%s); a GUID means its own', async (whole, damaged) => {
    torn(damaged);
    healthy(whole);
    expect(await findStored(paths, 'shop', 'm')).toMatchObject({
      kind: 'repository',
      metadata: { guid: whole },
    });
    expect(await findRepository(paths, 'shop', 'm')).toMatchObject({ guid: whole });
    expect(await findWhatIsLeft(paths, 'shop', 'm')).toMatchObject({ guid: whole });
    expect(await findStored(paths, damaged, 'm')).toMatchObject({ kind: 'damaged', guid: damaged });
  });

  it.each<[string, () => void]>([
    ['whole', () => [first, second].forEach(healthy)],
    [
      'whole, and a damaged one has it too,',
      () => {
        [first, second].forEach(healthy);
        torn(third);
      },
    ],
    [
      'damaged',
      () => {
        torn(first);
        metadataOf(second);
      },
    ],
  ])('means none of them when they are %s, and their GUIDs are told', async (_, make) => {
    make();
    const refusal = { code: 'repository-ambiguous', exitCode: 1, details: { guids: `${first}, ${second}` } };
    for (const find of [findStored, findRepository, findWhatIsLeft])
      await expect(find(paths, 'shop', 'm')).rejects.toMatchObject(refusal);
    expect(await findWhatIsLeft(paths, second, 'm')).toMatchObject({ guid: second });
  });
});
