import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { readFile } from 'node:fs/promises';
import { toAppError } from '../../shared/errors.ts';
import { AGENT_SOCKET } from '../../shared/protocol/join.ts';
import type { Join } from '../../shared/protocol/join.ts';
import type { Agent } from '../agent.ts';
import { datastoreOf } from '../configuration.ts';
import { removeIfThere } from '../host.ts';
import { createMachineJournal } from '../journal/machineJournal.ts';
import { residentAgents } from '../thisMachine.ts';
import { keepJournal } from './journalKeeping.ts';
import { tellReadiness } from './readiness.ts';
import { serveResident } from './resident.ts';
import { keepHeapSmall } from './smallHeap.ts';

/** The first file descriptor that systemd hands over (sd_listen_fds(3)). */
const FIRST_HANDED_OVER = 3;

const ROOT = { name: 'root', uid: 0, gid: 0 };

/**
 * Runs the resident agent on the socket that systemd hands over, until SIGTERM. Resolves with the exit code. Without
 * systemd's socket it makes its own.
 */
export async function runResident(): Promise<number> {
  keepHeapSmall();
  const stop = new AbortController();
  process.on('SIGTERM', () => stop.abort());
  const agents = residentAgents();
  const agentFor = async ({ account, datastore }: Join): Promise<Agent> =>
    agents({ account, datastore: await datastoreOf(datastore) });
  const server = await listen(process.env);
  const kept = keepOwnJournal(agents, stop.signal);
  let isCrowded = false;
  const told = tellReadiness(stop.signal, { isCrowded: () => isCrowded });
  const onCount = (crowded: boolean): void => {
    isCrowded = crowded;
  };
  await serveResident(server, agentFor, stop.signal, { onCount });
  await Promise.all([kept, told]);
  return 0;
}

/** Keeps the journal of this machine until `stop`; says why on standard error where it cannot be kept. */
async function keepOwnJournal(agents: (join: Join) => Agent, stop: AbortSignal): Promise<void> {
  try {
    const { machine, watch } = agents({ account: ROOT, datastore: await datastoreOf(undefined) });
    await keepJournal(watch, createMachineJournal(machine), stop);
  } catch (error) {
    process.stderr.write(`${toAppError(error).message}\n`);
  }
}

async function listen(environment: NodeJS.ProcessEnv): Promise<Server> {
  const { LISTEN_PID, LISTEN_FDS } = environment;
  // They are for this process alone, and for none that it starts.
  for (const name of ['LISTEN_PID', 'LISTEN_FDS', 'LISTEN_FDNAMES'])
    Reflect.deleteProperty(environment, name);
  // What is being started for a client that has closed its end goes on; the client may still read for half a second.
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
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
