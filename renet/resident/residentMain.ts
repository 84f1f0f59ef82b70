import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { readFile } from 'node:fs/promises';
import { AGENT_SOCKET } from '../../shared/protocol/join.ts';
import { datastoreOf } from '../configuration.ts';
import { removeIfThere } from '../host.ts';
import { residentAgents } from '../thisMachine.ts';
import { serveResident } from './resident.ts';

/** The first file descriptor that systemd hands over (sd_listen_fds(3)). */
const FIRST_HANDED_OVER = 3;

/**
 * Runs the resident agent on the socket that systemd hands over, until SIGTERM. Resolves with the exit code. Without
 * systemd's socket it makes its own.
 */
export async function runResident(): Promise<number> {
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  const agents = residentAgents();
  const server = await listen(process.env);
  await serveResident(
    server,
    ({ account, datastore }) => agents({ account, datastore: datastoreOf(datastore) }),
    stop.signal,
  );
  return 0;
}

async function listen({ LISTEN_PID, LISTEN_FDS }: NodeJS.ProcessEnv): Promise<Server> {
  // Whoever sends all it has, and closes its end, still gets its answers.
  const server = createServer({ allowHalfOpen: true });
  if (LISTEN_PID === String(process.pid) && LISTEN_FDS === '1') server.listen({ fd: FIRST_HANDED_OVER });
  else await listenOn(server, AGENT_SOCKET);
  await once(server, 'listening');
  return server;
}

/** Listens on a socket that is root's alone, unless another process does. */
async function listenOn(server: Server, socket: string): Promise<void> {
  const listened = await readFile('/proc/net/unix', 'utf8');
  if (!listened.split('\n').some((line) => line.endsWith(` ${socket}`))) await removeIfThere(socket);
  const before = process.umask(0o177);
  server.listen(socket);
  process.umask(before);
}
