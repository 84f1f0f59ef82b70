import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { holdersOf, mountsBelow, parseMounts } from './mounts.ts';

describe('parseMounts', () => {
  it('reads mount points and sources, with what mountinfo escapes and optional fields', () => {
    const text = [
      '22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw',
      '90 22 252:0 / /mnt/with\\040blank rw - ext4 /dev/mapper/rediacc-1 rw',
      '91 90 0:4 net:[1] /run/rediacc/2816/docker/netns/default rw shared:5 master:6 - nsfs nsfs rw',
      '',
    ].join('\n');
    expect(parseMounts(text)).toEqual([
      { mountPoint: '/', source: '/dev/vda' },
      { mountPoint: '/mnt/with blank', source: '/dev/mapper/rediacc-1' },
      { mountPoint: '/run/rediacc/2816/docker/netns/default', source: 'nsfs' },
    ]);
  });
});

describe('mountsBelow', () => {
  it('gives the mounts at and below the folders, last made first, and no neighbour', () => {
    const mounts = ['/', '/a', '/a/b', '/ab', '/a/b/c', '/z'].map((mountPoint) => ({
      mountPoint,
      source: '',
    }));
    expect(mountsBelow(mounts, ['/a', '/z'])).toEqual(['/z', '/a/b/c', '/a/b', '/a']);
  });
});

describe('holdersOf', () => {
  it('names a process by its working directory', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rediacc-holder-'));
    const child = spawn('cat', [], { cwd: folder });
    await once(child, 'spawn');
    expect(await holdersOf(folder)).toEqual([{ pid: child.pid, name: 'cat' }]);
    child.stdin.end();
    await once(child, 'exit');
    expect(await holdersOf(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
