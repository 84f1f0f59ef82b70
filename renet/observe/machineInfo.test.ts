import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { otherDisks } from './machineInfo.ts';

it('tells of every disk that answers, each once, and not of the datastore’s', async () => {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-disks-'));
  const disks = await otherDisks(datastore, [
    { source: '/dev/sda1', mountPoint: join(datastore, 'hidden by another mount') },
    { source: '/dev/sdb1', mountPoint: '/proc' },
    { source: '/dev/sdb1', mountPoint: '/proc/self' },
    { source: '/dev/sdc1', mountPoint: datastore },
    { source: '/dev/loop3', mountPoint: '/sys' },
    { source: 'tmpfs', mountPoint: '/sys' },
  ]);
  expect(disks).toEqual([
    { path: '/proc', total: expect.any(Number) as number, available: expect.any(Number) as number },
  ]);
  rmSync(datastore, { recursive: true });
});

it('leaves out a disk that hangs, and tells of the others', async () => {
  const space = { total: 2, available: 1 };
  const disks = await otherDisks(
    '/data',
    [
      { source: '/dev/sda1', mountPoint: '/hangs' },
      { source: '/dev/sdb1', mountPoint: '/answers' },
    ],
    (path) =>
      path === '/hangs'
        ? new Promise(() => undefined)
        : Promise.resolve({ dev: path === '/data' ? 1 : 2, space }),
  );
  expect(disks).toEqual([{ path: '/answers', ...space }]);
});
