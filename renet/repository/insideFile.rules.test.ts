// On true files: links, pipes and folders that lead out of a repository.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import { readInside, readInsideIfThere } from './insideFile.ts';

let folder = '';
let root = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-inside-'));
  root = join(folder, 'root');
  await mkdir(join(root, 'api/deep'), { recursive: true });
  await mkdir(join(folder, 'outside'));
  await writeFile(join(root, 'Rediaccfile'), 'up() { :; }\n');
  await writeFile(join(root, 'api/deep/é.txt'), 'inside é');
  await writeFile(join(folder, 'outside/é.txt'), 'secret');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function outcome(relative: string, from = root): Promise<unknown> {
  try {
    return await readInside(from, relative);
  } catch (error) {
    if (error instanceof AppError) return [error.code, error.details['path'] ?? error.details['file']];
    throw error;
  }
}

describe('readInside', () => {
  it('reads files of the repository, also when its root is reached through a link', async () => {
    await symlink(root, join(folder, 'name'));
    const found = [
      await outcome('Rediaccfile'),
      await outcome('./api//deep/é.txt'),
      await outcome('api/deep/é.txt', join(folder, 'name')),
    ];
    expect(found).toEqual(['up() { :; }\n', 'inside é', 'inside é']);
  });

  it('refuses every way out', async () => {
    await symlink('/etc/hostname', join(root, 'absolute'));
    await symlink('Rediaccfile', join(root, 'relative'));
    await symlink('../outside', join(root, 'folder'));
    await symlink('nowhere', join(root, 'dangling'));
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')]);
    const paths = [
      'absolute',
      'relative',
      'folder/é.txt',
      'dangling',
      'pipe',
      'api',
      '.',
      '',
      '../outside/é.txt',
    ];
    const more = ['/etc/hostname', 'api/../../outside/é.txt', 'a\0b'];
    for (const path of [...paths, ...more]) expect(await outcome(path)).toEqual(['unsafe-path', path]);
    expect(await outcome('proc/version', '/')).toEqual(['unsafe-path', 'proc/version']);
  });

  it('tells what is not there', async () => {
    for (const path of ['none', 'api/none', 'none/none', 'Rediaccfile/none']) {
      expect(await outcome(path)).toEqual(['file-not-found', path]);
      expect(await readInsideIfThere(root, path)).toBeUndefined();
    }
  });

  it('reads 1 MiB and refuses one byte more', async () => {
    await truncate(join(root, 'Rediaccfile'), 1024 * 1024);
    expect(String(await outcome('Rediaccfile')).length).toBe(1024 * 1024);
    await truncate(join(root, 'Rediaccfile'), 1024 * 1024 + 1);
    expect(await outcome('Rediaccfile')).toEqual(['file-too-large', 'Rediaccfile']);
  });

  it('reads what stands there while it is replaced again and again, as a file that is written well is', async () => {
    const over = new AbortController();
    const replacing = (async () => {
      for (let version = 0; !over.signal.aborted; version += 1) {
        await writeFile(join(root, 'new'), `version ${version}`);
        await rename(join(root, 'new'), join(root, 'Rediaccfile'));
        await pause(3);
      }
    })();
    const read = [];
    for (let time = 0; time < 300; time += 1) read.push(await outcome('Rediaccfile'));
    over.abort();
    await replacing;
    expect(read.filter((text) => !/^version \d+$|^up/.test(String(text)))).toEqual([]);
    expect(new Set(read).size).toBeGreaterThan(1);
  });

  it('never reads outside while a folder is swapped for a link under its hands', async () => {
    await mkdir(join(root, 'swap'));
    await writeFile(join(root, 'swap/é.txt'), 'inside é');
    await symlink('../outside', join(root, 'link'));
    const state = { reading: true };
    const swapping = (async () => {
      while (state.reading) {
        await rename(join(root, 'swap'), join(root, 'kept'));
        await rename(join(root, 'link'), join(root, 'swap'));
        await rename(join(root, 'swap'), join(root, 'link'));
        await rename(join(root, 'kept'), join(root, 'swap'));
      }
    })();
    const seen = new Set<string>();
    for (let attempt = 0; attempt < 500; attempt += 1) seen.add(String(await outcome('swap/é.txt')));
    state.reading = false;
    await swapping;
    const allowed = ['inside é', 'unsafe-path,swap/é.txt', 'file-not-found,swap/é.txt'];
    expect([...seen].filter((one) => !allowed.includes(one))).toEqual([]);
  });
});
