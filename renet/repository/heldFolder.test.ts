import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { insideFolder } from './heldFolder.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'rediacc-held-'));
  mkdirSync(join(root, 'a/b'), { recursive: true });
  writeFileSync(join(root, 'a/b/file'), 'true');
});
afterEach(() => rmSync(root, { recursive: true }));

const list = (relative: string): Promise<string[] | undefined> =>
  insideFolder(root, relative, ({ path }) => readdir(path));

describe('a folder inside a repository', () => {
  it('is worked on by its path, and the root by an empty one', async () => {
    expect([await list('a/b'), await list('')]).toEqual([['file'], ['a']]);
  });

  it('is not there when nothing, or a file, stands in its place or on the way', async () => {
    expect([await list('a/c'), await list('a/b/file'), await list('a/b/file/c')]).toEqual([
      ...[undefined, undefined, undefined],
    ]);
  });

  it.each(['link', 'link/b', 'a/up'])('is not reached through a link: %s', async (path) => {
    symlinkSync('a', join(root, 'link'));
    symlinkSync('..', join(root, 'a/up'));
    await expect(list(path)).rejects.toMatchObject({ code: 'unsafe-path', details: { path } });
  });

  it('stays the same while something else is put in its place', async () => {
    const read = await insideFolder(root, 'a/b', async ({ path }) => {
      renameSync(join(root, 'a'), join(root, 'away'));
      mkdirSync(join(root, 'a/b'), { recursive: true });
      writeFileSync(join(root, 'a/b/file'), 'false');
      return readFile(join(path, 'file'), 'utf8');
    });
    expect([read, readFileSync(join(root, 'a/b/file'), 'utf8')]).toEqual(['true', 'false']);
  });
});
