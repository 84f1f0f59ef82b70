// On true locks: true processes hold them and wait for them.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Assignment } from '../../shared/protocol/protocol.ts';
import { launch } from './start/launch.ts';
import type { Detach } from './start/launch.ts';
import { prepareLocks } from '../fileLock.ts';
import { ifUnlocked, KEEPING_LOCKS, noteHolder, underLock, withMachineLock } from './locks.ts';
import { holderFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { arrival } from '../../tests/support/arrival.ts';

/** The bit of SIGTERM, the 15th signal, in the masks of /proc. */
const SIGTERM_BIT = 1n << 14n;

let paths: Paths;
beforeEach(() => {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-locks-'));
  paths = { datastore, run: join(datastore, 'run') };
});
afterEach(() => rmSync(paths.datastore, { recursive: true, force: true }));

/** Runs the lock's words for real; `true` takes the place of the operation, because only the lock is tested here. */
async function detach(_unit: string, command: readonly string[]): Promise<number> {
  const lock = command.slice(0, command.indexOf('program'));
  const [program = 'false', ...words] = lock;
  const [code] = (await once(spawn(program, [...words, 'true']), 'exit')) as [number];
  return code;
}

/** Makes an `up` that another person asks for. */
function upOf(guid: string): Assignment {
  return {
    operation: randomUUID(),
    request: { verb: 'up', repository: guid, options: {} },
    by: 'ben',
    origin: 'person',
    guid,
    owner: { uid: 0, gid: 0 },
  };
}

describe('the repository lock', () => {
  it('tells the second who holds it', async () => {
    const guid = randomUUID();
    await prepareLocks(paths);
    const [program = '', ...words] = underLock(paths, guid, ['sh', '-c', 'echo held; cat']);
    const holder = spawn(program, words);
    await arrival('the lock', once(holder.stdout, 'data'));
    await noteHolder(paths, guid, { operation: 'op-1', verb: 'up', by: 'anna (laptop)' });

    const assignment = upOf(guid);
    await expect(launch(paths, assignment, 'shop', detach, ['program'])).rejects.toMatchObject({
      code: 'repository-busy',
      details: { name: 'shop', id: 'op-1', verb: 'up', by: 'anna (laptop)' },
      exitCode: 7,
    });
    expect(await ifUnlocked(paths, guid, () => Promise.resolve())).toBe(false);
    // A fork of the repository has to hold the parent's lock beside its own.
    const fork = { ...assignment, operation: randomUUID(), guid: randomUUID(), parent: guid };
    await expect(launch(paths, fork, 'shop', detach, ['program'])).rejects.toMatchObject({
      code: 'repository-busy',
      details: { name: 'shop', id: 'op-1' },
    });

    holder.stdin.end();
    await arrival('the end of the holder', once(holder, 'exit'));
    expect(await ifUnlocked(paths, guid, () => Promise.resolve())).toBe(true);
  });

  it('does not take one that is gone for the holder, but waits for the name of the one that is there', async () => {
    const guid = randomUUID();
    await prepareLocks(paths);
    const [program = '', ...words] = underLock(paths, guid, ['sh', '-c', 'echo held; cat']);
    const holder = spawn(program, words);
    await arrival('the lock', once(holder.stdout, 'data'));
    const gone = { pid: 1, startTime: '0', bootId: 'another boot' };
    const noted = { operation: 'gone', verb: 'down', by: 'ben', process: gone };
    writeFileSync(holderFile(paths, guid), JSON.stringify(noted));
    const assignment = upOf(guid);
    const thenNote: Detach = async (unit, command) => {
      const code = await detach(unit, command);
      setImmediate(() => void noteHolder(paths, guid, { operation: 'op-2', verb: 'up', by: 'anna' }));
      return code;
    };
    await expect(launch(paths, assignment, 'shop', thenNote, ['program'])).rejects.toMatchObject({
      code: 'repository-busy',
      details: { id: 'op-2', verb: 'up', by: 'anna' },
    });
    holder.stdin.end();
    await arrival('the end of the holder', once(holder, 'exit'));
  });

  it('is kept by an operation that is asked to end with its whole unit, until it has', async () => {
    const guid = randomUUID();
    await prepareLocks(paths);
    // Prints whether a child of its own ignores SIGTERM, and when it gets a SIGTERM itself; ends with its input.
    const script = `
      const status = require('child_process').execFileSync('cat', ['/proc/self/status'], { encoding: 'utf8' });
      process.on('SIGTERM', () => console.log('asked'));
      process.stdin.resume();
      console.log('ignored ' + /^SigIgn:\\t(.*)$/m.exec(status)[1]);
    `;
    const own = underLock(paths, guid, [process.execPath, '-e', script]);
    const [program = '', ...words] = [...KEEPING_LOCKS, ...own];
    const unit = spawn(program, words, { detached: true, stdio: ['pipe', 'pipe', 'inherit'] });
    const exited = once(unit, 'exit');
    const heard = async (): Promise<string> =>
      String((await arrival('a word of the unit', once(unit.stdout, 'data')))[0]).trim();
    const ignored = /^ignored (\w+)$/.exec(await heard())?.[1];
    expect(BigInt(`0x${ignored ?? ''}`) & SIGTERM_BIT).toBe(0n);
    const asked = heard();
    process.kill(-(unit.pid ?? 0), 'SIGTERM');
    expect(await asked).toBe('asked');
    expect(await ifUnlocked(paths, guid, () => Promise.resolve())).toBe(false);
    unit.stdin.end();
    await arrival('the end of the unit', exited);
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

  it('refuses who has waited long enough', async () => {
    await withMachineLock(paths, async () => {
      const second = withMachineLock(paths, () => Promise.resolve('in'), 0);
      await expect(second).rejects.toMatchObject({ code: 'machine-busy', exitCode: 7 });
    });
  });

  it('is free again after work that threw', async () => {
    await expect(withMachineLock(paths, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    await expect(withMachineLock(paths, () => Promise.resolve('in'))).resolves.toBe('in');
  });
});
