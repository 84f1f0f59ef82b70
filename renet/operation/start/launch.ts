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
import { sendAssignment } from './handOver.ts';
import { readJsonLine } from './jsonLines.ts';
import { prepareLocks } from '../../fileLock.ts';
import { busyError, KEEPING_LOCKS, LOCK_HELD, underLock } from '../locks.ts';
import { logFolder } from '../log/operationLog.ts';
import { reachOf } from '../../repository/allowed.ts';
import { chooseStored, listRepositories, whatIsLeft } from '../../repository/repositories.ts';
import { startSocket } from '../../paths.ts';
import type { Paths } from '../../paths.ts';

/**
 * Starts a detached process. Resolves with its exit code when it has ended, which may be long after. With origin
 * `shutdown` it starts although the machine is going down.
 */
export type Detach = (
  unit: string,
  command: readonly string[],
  origin: OperationHead['origin'],
  /** More properties of its unit, such as `IPAddressDeny=...`. */
  properties?: readonly string[],
) => Promise<number>;

/**
 * The time a shutdown waits for a repository's lock. systemd has asked the holder to end, and its function has ten
 * seconds for that.
 */
const SHUTDOWN_WAIT_SECONDS = 45;
/**
 * The time to wait for a connection after systemd-run failed. It fails when an earlier request, whose starter is gone,
 * has started the same unit already; the process of that unit connects within this time.
 */
const LATE_MILLISECONDS = 20_000;
const OTHER_MILLISECONDS = 100;

/**
 * Starts an operation in a transient systemd unit, which takes the repository's lock, fetches its assignment from a
 * socket that only root can open, and answers. Resolves once the operation holds the lock. Throws repository-busy with
 * the holder, the operation's own refusal, or operation-not-begun when its process was ended before. An operation that
 * exists already is not started again: its request was sent a second time because the answer was lost.
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
    const bounds = await boundsOf(paths, assignment);
    const ended = detach(`rediacc-op-${operation}`, command, assignment.origin, bounds.reach);
    const first = await Promise.race([
      acceptOne(server).then((socket) => ({ socket })),
      ended.then(async (exitCode) => {
        if (exitCode !== LOCK_HELD) await pause(LATE_MILLISECONDS, undefined, { ref: false });
        return { exitCode };
      }),
    ]);
    // Once the operation has connected, its answer decides. What becomes of it afterwards stands in its log.
    ended.catch(() => undefined);
    if ('socket' in first) {
      // One that has begun and was then ended is lost, which its log tells.
      if (
        (await handOver(first.socket, { ...assignment, ...bounds.made })) ||
        (await exists(logFolder(paths, operation)))
      )
        return;
      throw new AppError('operation-not-begun', { name });
    }
    if (first.exitCode === LOCK_HELD) throw await busyError(paths, parent ?? guid, name);
    throw new AppError('internal', { reason: `the operation ended with exit code ${first.exitCode}` });
  } finally {
    // This also removes the socket's path, so that a later request can listen there.
    server.close();
  }
}

/**
 * Returns the properties of the unit of a verb that runs functions, which say what addresses these reach, and the
 * network id that they were made for.
 */
async function boundsOf(
  paths: Paths,
  { request: { verb }, guid }: Assignment,
): Promise<{ reach: string[]; made: Pick<Assignment, 'networkId'> }> {
  if (verb !== 'up' && verb !== 'down') return { reach: [], made: {} };
  // A down runs the functions of a damaged repository too.
  const stored = chooseStored(await listRepositories(paths), guid);
  if (stored === undefined) return { reach: [], made: {} };
  const found = await whatIsLeft(paths, stored);
  return { reach: await reachOf(paths, found), made: { networkId: found.networkId } };
}

/**
 * Listens on the operation's socket, once no other process does: an earlier request, whose answer was lost, may still
 * be starting the same operation.
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
    // Whatever becomes of a connection to it later, or of one that cannot be accepted, is told by the operation's log.
    server.on('error', () => undefined);
    server.on('connection', (socket) => socket.on('error', () => undefined));
    return server;
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE')) return undefined;
    throw error;
  }
}

/**
 * Tells whether a process listens on the socket. It does not try to connect, because whoever connects is sent the
 * secret.
 */
async function isListenedTo(socketPath: string): Promise<boolean> {
  const sockets = await readFile('/proc/net/unix', 'utf8');
  return sockets.split('\n').some((line) => line.endsWith(` ${socketPath}`));
}

async function acceptOne(server: Server): Promise<Socket> {
  const [socket] = (await once(server, 'connection')) as [Socket];
  return socket;
}

/**
 * Hands the assignment over, and waits for the operation's answer. Returns false when the operation ends without one.
 * Throws its refusal.
 */
async function handOver(socket: Socket, assignment: Assignment): Promise<boolean> {
  sendAssignment(socket, assignment);
  const answer = (await answerFrom(socket)) as { accepted?: string; refused?: unknown } | undefined;
  socket.end();
  if (answer?.refused !== undefined) throw fromWire(wireErrorSchema.parse(answer.refused));
  return answer?.accepted !== undefined;
}

async function answerFrom(socket: Socket): Promise<unknown> {
  try {
    return await readJsonLine(socket);
  } catch (error) {
    // A process that is killed takes what it has not read with it.
    if (hasCode(error, 'ECONNRESET', 'EPIPE')) return undefined;
    throw error;
  }
}

/**
 * Starts a process as a transient systemd unit with a delegated control group
 * (docs/decisions/operations-are-detached-units.md). `--wait` only reports the unit's end; the unit does not depend on
 * this process.
 */
export const detachBySystemd: Detach = async (unit, command, origin, more = []) => {
  const properties = [
    ...more,
    'Type=exec',
    'Delegate=yes',
    'DelegateSubgroup=renet',
    'TimeoutStopSec=30',
    'StandardInput=null',
    // A core would hold the passphrase.
    'LimitCORE=0',
    // While the machine goes down, systemd refuses to start units that conflict with shutdown.target, as units do by
    // default.
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
