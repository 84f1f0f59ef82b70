import { expect, test } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { SshProcess, SshSession } from '../../ssh/types.ts';
import type { MachineReference } from '../machineReference.ts';
import { withResolvers } from '../resolvers.ts';
import type { MachineAccess } from './machineAccess.ts';
import { startWhereRoom } from './room.ts';

const machine = {} as MachineReference;
const full = new Error('no room');

/** Makes an access that notes when its sessions end: the `shared` one, and `apart`, a session of its own. */
function build() {
  const ended: string[] = [];
  const sessions = { shared: sessionOf('shared'), apart: sessionOf('apart') };
  function sessionOf(name: string): SshSession {
    return { end: () => void ended.push(name) } as unknown as SshSession;
  }
  const access = {
    session: (_: MachineReference, options?: { apart?: boolean }) =>
      Promise.resolve(options?.apart === true ? sessions.apart : sessions.shared),
    isChannelRefused: (error: unknown) => error === full,
  } as unknown as MachineAccess;
  return { access, ended, sessions };
}

/** Makes a process, and the function that makes it exit. */
function processOf() {
  const { promise: exit, resolve } = withResolvers<Awaited<SshProcess['exit']>>();
  return { process: { exit } as SshProcess, leave: () => resolve({} as Awaited<SshProcess['exit']>) };
}

test('a process is started on the shared connection, which outlives it', async () => {
  const { access, ended, sessions } = build();
  const { process, leave } = processOf();
  const used: SshSession[] = [];
  await startWhereRoom(access, machine, (session) => {
    used.push(session);
    return Promise.resolve(process);
  });
  leave();
  await process.exit;
  expect([used, ended]).toEqual([[sessions.shared], []]);
});

test('where the shared one is full, it has one of its own, which ends with the process and not before', async () => {
  const { access, ended, sessions } = build();
  const { process, leave } = processOf();
  const started = startWhereRoom(access, machine, (session) =>
    session === sessions.shared ? Promise.reject(full) : Promise.resolve(process),
  );
  expect([await started, ended]).toEqual([process, []]);
  leave();
  await expect.poll(() => ended).toEqual(['apart']);
});

test('the connection of its own ends when nothing could be started there', async () => {
  const { access, ended } = build();
  await expect(startWhereRoom(access, machine, () => Promise.reject(full))).rejects.toBe(full);
  expect(ended).toEqual(['apart']);
});

test('another failure is no reason for another connection', async () => {
  const { access, ended } = build();
  const failure = new AppError('connection-lost');
  let starts = 0;
  const starting = startWhereRoom(access, machine, () => {
    starts += 1;
    return Promise.reject(failure);
  });
  await expect(starting).rejects.toBe(failure);
  expect([starts, ended]).toEqual([1, []]);
});
