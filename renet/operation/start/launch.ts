import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError, fromWire, wireErrorSchema } from '../../../shared/errors.ts';
import type { OperationHead } from '../../../shared/model.ts';
import type { Assignment } from '../../../shared/protocol/protocol.ts';
import { exists, hasCode, removeIfThere } from '../../host.ts';
import { readJsonLine, writeJsonLine } from './jsonLines.ts';
import { busyError, KEEPING_LOCKS, LOCK_HELD, prepareLocks, underLock } from '../locks.ts';
import { logFolder } from '../log/operationLog.ts';
import { startSocket } from '../../paths.ts';
import type { Paths } from '../../paths.ts';

/**
 * Starts a detached process; resolves with its exit code when it has ended, which may be long after. One of a shutdown
 * is started although the machine is going down.
 */
export type Detach = (
  unit: string,
  command: readonly string[],
  origin: OperationHead['origin'],
) => Promise<number>;

/** A shutdown waits for what holds a repository, which systemd has asked to end: its function has ten seconds. */
const SHUTDOWN_WAIT_SECONDS = 45;
/** What was started for a starter that is gone is not started again, and comes within this time. */
const LATE_MILLISECONDS = 20_000;
const OTHER_MILLISECONDS = 100;

/**
 * Starts an operation: a transient unit takes the repository's lock, connects to a socket of ours (root's alone) for
 * its assignment, and answers. Resolves once it holds the lock; throws repository-busy with the holder, or what the
 * operation refused itself with. An operation that exists already is not started again (a retry after a lost answer).
 */
export async function launch(
  paths: Paths,
  assignment: Assignment,
  name: string,
  detach: Detach,
  program: readonly string[],
): Promise<void> {
  const { operation, guid, parent } = assignment;
  await prepareLocks(paths);
  const socketPath = startSocket(paths, operation);
  await mkdir(dirname(socketPath), { recursive: true, mode: 0o700 });
  const server = await listenAlone(paths, operation);
  try {
    if (await exists(logFolder(paths, operation))) return;
    const words = [...program, 'operation-run', '--datastore', paths.datastore, socketPath];
    const wait = assignment.origin === 'shutdown' ? SHUTDOWN_WAIT_SECONDS : 0;
    const own = underLock(paths, guid, words, wait);
    const command = [...KEEPING_LOCKS, ...(parent === undefined ? own : underLock(paths, parent, own, wait))];
    const ended = detach(`rediacc-op-${operation}`, command, assignment.origin);
    const first = await Promise.race([
      acceptOne(server).then((socket) => ({ socket })),
      ended.then(async (exitCode) => {
        if (exitCode !== LOCK_HELD) await pause(LATE_MILLISECONDS, undefined, { ref: false });
        return { exitCode };
      }),
    ]);
    // Once it has connected, its answer decides; it goes on by itself, and what becomes of it stands in its log.
    ended.catch(() => undefined);
    if ('socket' in first) await handOver(first.socket, assignment);
    else if (first.exitCode === LOCK_HELD) throw await busyError(paths, parent ?? guid, name);
    else throw new AppError('internal', { reason: `the operation ended with exit code ${first.exitCode}` });
  } finally {
    // With it goes its path, which is then the next one's.
    server.close();
  }
}

/**
 * The operation's socket, once nobody else has it: the same operation may be being started by an earlier request whose
 * answer was lost.
 */
async function listenAlone(paths: Paths, operation: string): Promise<Server> {
  const socketPath = startSocket(paths, operation);
  for (;;) {
    const server = await listen(socketPath);
    if (server !== undefined) return server;
    if (await isListenedTo(socketPath)) await pause(OTHER_MILLISECONDS);
    else await removeIfThere(socketPath);
  }
}

async function listen(socketPath: string): Promise<Server | undefined> {
  const server = createServer();
  server.listen(socketPath);
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) return undefined;
    throw error;
  }
}

/** Whether a process has the socket. It is not asked by connecting: that would be handed the secret. */
async function isListenedTo(socketPath: string): Promise<boolean> {
  const sockets = await readFile('/proc/net/unix', 'utf8');
  return sockets.split('\n').some((line) => line.endsWith(` ${socketPath}`));
}

async function acceptOne(server: Server): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  return socket;
}

async function handOver(socket: Socket, assignment: Assignment): Promise<void> {
  writeJsonLine(socket, assignment);
  const answer = (await readJsonLine(socket)) as { accepted?: string; refused?: unknown } | undefined;
  socket.end();
  if (answer?.accepted !== undefined) return;
  if (answer?.refused !== undefined) throw fromWire(wireErrorSchema.parse(answer.refused));
  throw new AppError('internal', { reason: 'the operation ended before it began' });
}

/**
 * Detaches by a transient systemd unit with a delegated control group
 * (docs/decisions/operations-are-detached-units.md). `--wait` only tells us its end; the unit does not depend on this
 * process.
 */
export const detachBySystemd: Detach = async (unit, command, origin) => {
  const properties = [
    'Type=exec',
    'Delegate=yes',
    'DelegateSubgroup=renet',
    'TimeoutStopSec=30',
    'StandardInput=null',
    // systemd refuses to start what conflicts with a shutdown while there is one.
    ...(origin === 'shutdown' ? ['DefaultDependencies=no'] : []),
  ];
  const words = [
    '--quiet',
    '--wait',
    '--collect',
    `--unit=${unit}`,
    ...properties.flatMap((property) => ['-p', property]),
    '--',
    ...command,
  ];
  const child = spawn('systemd-run', words, { cwd: '/', stdio: 'ignore', detached: true });
  child.unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 255));
  });
};
