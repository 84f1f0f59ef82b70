import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { highestNetworkIdFile, metadataFile, repositoriesFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { renameInMetadata } from './repositories.ts';
import { reserve } from './reserve.ts';

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

describe('rename', () => {
  it('refuses the name of one whose creation is under way', async () => {
    await reserve(paths, { guid: first, name: 'one', created });
    await reserve(paths, { guid: second, name: 'two', created });
    await expect(renameInMetadata(paths, first, 'two')).rejects.toMatchObject({ code: 'name-taken' });
    expect((await renameInMetadata(paths, first, 'three')).name).toBe('three');
  });
});
