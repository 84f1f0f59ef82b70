// On true mounts and processes: a small file system in memory stands for the volume. Only root can mount.

import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { arrival } from '../../tests/support/arrival.ts';
import { runCommand } from '../host.ts';
import { readMounts } from '../mounts.ts';
import { mountPath } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { unmountVolume } from './unmount.ts';

const repository = { guid: '11111111-1111-4111-8111-111111111111', name: 'shop', networkId: 2816 };
const isRoot = process.getuid?.() === 0;

let paths: Paths;
let root: string;
let holders: ChildProcess[];
beforeEach(() => {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-unmount-'));
  paths = { datastore, run: join(datastore, 'run') };
  root = mountPath(paths, repository.guid);
  holders = [];
  if (isRoot) mount(root);
});
afterEach(async () => {
  for (const holder of holders) holder.kill('SIGKILL');
  for (const point of await mounted()) execFileSync('umount', ['--lazy', point]);
  rmSync(paths.datastore, { recursive: true });
});

function mount(folder: string): void {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder]);
}

/** Lists the mount points in the datastore, the deepest first. */
async function mounted(): Promise<string[]> {
  const points = (await readMounts()).map(({ mountPoint }) => mountPoint);
  return points.filter((point) => point.startsWith(`${paths.datastore}/`)).reverse();
}

/** Starts a process whose working directory is on the volume. */
async function hold(script: string): Promise<ChildProcess> {
  const holder = spawn('sh', ['-c', `${script} echo ready; while :; do sleep 0.1; done`], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  holders.push(holder);
  await arrival('the process on the volume', once(holder.stdout, 'data'));
  return holder;
}

const unmount = (endHolders: boolean): Promise<string> =>
  unmountVolume(paths, runCommand, repository, endHolders);

describe.skipIf(!isRoot)(`unmounting a volume${isRoot ? '' : ' (SKIPPED: needs root)'}`, () => {
  it('takes what is mounted inside it first', async () => {
    mount(join(root, 'inside'));
    mount(join(root, 'inside/deeper'));
    expect([(await mounted()).length, await unmount(false), await mounted()]).toEqual([3, '', []]);
  });

  it('is refused while a process uses it, which is named and goes on', async () => {
    const holder = await hold('');
    await expect(unmount(false)).rejects.toMatchObject({
      code: 'mount-busy',
      details: { name: 'shop', holders: expect.stringContaining(`sh (${String(holder.pid)})`) as string },
    });
    expect([await mounted(), holder.exitCode, holder.signalCode]).toEqual([[root], null, null]);
  });

  it.each([
    ['is asked to end', '', 'SIGTERM'],
    ['is killed when it does not end', "trap '' TERM;", 'SIGKILL'],
  ])('when the machine goes down, a process that uses it %s', async (_, script, signal) => {
    const holder = await hold(script);
    const ended = once(holder, 'exit');
    expect(await unmount(true)).toContain(`sh (${String(holder.pid)})`);
    expect([await mounted(), (await ended)[1]]).toEqual([[], signal]);
  });
});
