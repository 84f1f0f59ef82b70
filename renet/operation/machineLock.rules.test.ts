// On true locks: true processes hold them and wait for them; a folder stands for the volume.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import type { Verdict } from '../../shared/model.ts';
import { SMALLEST_VOLUME } from '../../shared/size.ts';
import { cgroupRoot, makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { lockFile, machineLockFile, metadataFile, partialFile, volumeFile } from '../paths.ts';
import { listRepositories } from '../repository/repositories.ts';
import { start } from '../serve/handlers.ts';
import { prepareLocks } from '../fileLock.ts';
import { withMachineLock } from './locks.ts';
import { awaitVerdict } from './log/logReader.ts';
import { logFolder } from './log/operationLog.ts';
import { arrival } from '../../tests/support/arrival.ts';

const repositories: NativeRepository[] = [];
function closedRepository(): NativeRepository {
  const made = makeRepository({ Rediaccfile: 'up() { :; }' });
  repositories.push(made);
  made.flags.mounted = false;
  return made;
}
afterEach(() => {
  for (const made of repositories.splice(0)) made.remove();
});

/** Starts a create, or a fork of "shop", as the engine does, and waits for its verdict. */
async function make(
  { agent, machine }: NativeRepository,
  verb: 'create' | 'fork',
  name: string,
): Promise<Verdict | undefined> {
  const operation = randomUUID();
  const secret = Buffer.from('secret');
  const about =
    verb === 'create'
      ? { verb, repository: name, options: { size: SMALLEST_VOLUME } }
      : { verb, repository: 'shop', options: { tag: name } };
  await start(agent, { operation, ...about, secret, by: 'test' });
  return awaitVerdict(machine.paths, logFolder(machine.paths, operation), new AbortController().signal);
}

/** Makes each operation hold its own lock while it runs, as its systemd unit does. */
function underTheirLocks({ agent }: NativeRepository): void {
  const { detach } = agent;
  agent.detach = async (unit, command, origin) => {
    const file = command[command.indexOf('-E') + 2] ?? '';
    const holder = await holdLock(file);
    return detach(unit, command, origin).finally(() => holder.letGo());
  };
}

/** Starts a process that holds the lock of a file. */
async function holdLock(file: string): Promise<{ letGo: () => Promise<void> }> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; read -r end'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await arrival('the lock', once(holder.stdout, 'data'));
  return {
    letGo: async () => {
      holder.stdin.end();
      await arrival('the end of the holder', once(holder, 'exit'));
    },
  };
}

/** Counts the processes that wait for the lock of a file, in the kernel's list. */
function waitingFor(file: string): number {
  const { ino } = statSync(file);
  const lines = readFileSync('/proc/locks', 'utf8').split('\n');
  return lines.filter((line) => line.includes('->') && line.includes(`:${ino} `)).length;
}

const root = cgroupRoot();
const skipped = root === undefined ? ' (SKIPPED: needs root and a writable cgroup v2 tree)' : '';

describe.skipIf(root === undefined)(`the machine's lock, natively${skipped}`, () => {
  it.each(['create', 'fork'] as const)('is waited for by %s before anything is made', async (verb) => {
    const repository = closedRepository();
    const { paths } = repository.machine;
    writeFileSync(volumeFile(paths, repository.guid), Buffer.alloc(1024, 1));
    const [before, verdict] = await withMachineLock(paths, async () => {
      const made = make(repository, verb, 'fresh');
      await expect.poll(() => waitingFor(machineLockFile(paths)), { timeout: 20_000 }).toBe(1);
      return [await listRepositories(paths), made] as const;
    }).then(async ([listed, made]) => [listed, await made] as const);
    expect([before.length, verdict?.kind]).toEqual([1, 'succeeded']);
  });

  it('gives a name to one of two that ask for it at once', async () => {
    const repository = closedRepository();
    underTheirLocks(repository);
    const ends = await Promise.allSettled([
      make(repository, 'create', 'fresh'),
      make(repository, 'create', 'fresh'),
    ]);
    const told = ends.map((end) =>
      end.status === 'fulfilled' ? end.value?.kind : (end.reason as { code: string }).code,
    );
    expect(told.sort()).toEqual(['name-taken', 'succeeded']);
  });

  it('does not let a create collect what a living one is making', async () => {
    const repository = closedRepository();
    const { paths } = repository.machine;
    const guid = randomUUID();
    const metadata = { name: 'living', guid, networkId: 2880, created: '2026-01-01T00:00:00.000Z' };
    writeFileSync(metadataFile(paths, guid), JSON.stringify(metadata));
    writeFileSync(partialFile(paths, guid), 'half a volume');
    await prepareLocks(paths);
    const maker = await holdLock(lockFile(paths, guid));
    expect((await make(repository, 'create', 'fresh'))?.kind).toBe('succeeded');
    expect(existsSync(partialFile(paths, guid))).toBe(true);
    await maker.letGo();
    expect((await make(repository, 'create', 'later'))?.kind).toBe('succeeded');
    expect(existsSync(partialFile(paths, guid))).toBe(false);
  });
});
