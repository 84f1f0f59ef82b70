import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { launch } from './launch.ts';
import { ifUnlocked, noteHolder, prepareLocks, underLock, withMachineLock } from './locks.ts';
import type { Paths } from './paths.ts';

let paths: Paths;
beforeEach(() => {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-locks-'));
  paths = { datastore, run: join(datastore, 'run') };
});
afterEach(() => rmSync(paths.datastore, { recursive: true, force: true }));

/** Runs words for real; the operation itself is replaced by `true`, since only the lock is asked here. */
async function detach(_unit: string, command: readonly string[]): Promise<number> {
  const lock = command.slice(0, command.indexOf('program'));
  const [program = 'false', ...words] = lock;
  const [code] = (await once(spawn(program, [...words, 'true']), 'exit')) as [number];
  return code;
}

describe('the repository lock', () => {
  it('tells the second who holds it', async () => {
    const guid = randomUUID();
    await prepareLocks(paths);
    const [program = '', ...words] = underLock(paths, guid, ['sh', '-c', 'echo held; cat']);
    const holder = spawn(program, words);
    await once(holder.stdout, 'data');
    await noteHolder(paths, guid, { operation: 'op-1', verb: 'up', by: 'anna (laptop)' });

    const assignment = {
      operation: randomUUID(),
      request: { verb: 'up', repository: guid, options: {} },
      by: 'ben',
      origin: 'person',
      guid,
      owner: { uid: 0, gid: 0 },
    } as const;
    await expect(launch(paths, assignment, 'shop', detach, ['program'])).rejects.toMatchObject({
      code: 'repository-busy',
      details: { name: 'shop', id: 'op-1', verb: 'up', by: 'anna (laptop)' },
      exitCode: 7,
    });
    expect(await ifUnlocked(paths, guid, () => Promise.resolve())).toBe(false);
    // A fork of it would hold its lock beside a lock of its own.
    const fork = { ...assignment, operation: randomUUID(), guid: randomUUID(), parent: guid };
    await expect(launch(paths, fork, 'shop', detach, ['program'])).rejects.toMatchObject({
      code: 'repository-busy',
      details: { name: 'shop', id: 'op-1' },
    });

    holder.stdin.end();
    await once(holder, 'exit');
    expect(await ifUnlocked(paths, guid, () => Promise.resolve())).toBe(true);
  });
});

describe('the machine lock', () => {
  it('lets one after the other in', async () => {
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise(setImmediate);
      inside -= 1;
    };
    await Promise.all(Array.from({ length: 5 }, () => withMachineLock(paths, work)));
    expect(most).toBe(1);
  });

  it('is free again after work that threw', async () => {
    await expect(withMachineLock(paths, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(withMachineLock(paths, () => Promise.resolve('in'))).resolves.toBe('in');
  });
});
