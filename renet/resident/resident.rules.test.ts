// True sockets, the true relay and the true script that joins: only the machine behind the agent is a folder.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAgentChannel } from '../../electron/engine/agent/agentChannel.ts';
import { systemClock } from '../../electron/engine/clock.ts';
import { JOIN_SCRIPT, LONGEST_JOIN } from '../../shared/protocol/join.ts';
import { arrival } from '../../tests/support/arrival.ts';
import type { Account } from '../agent.ts';
import { projectReader } from '../compose/composeFiles.ts';
import { runCommand } from '../host.ts';
import { createMachineWatch } from '../observe/watch.ts';
import { machineAt } from '../thisMachine.ts';
import { serveResident } from './resident.ts';

let folder: string;
let socketPath: string;
let server: Server;
let stop: AbortController;
let ended: Promise<void>;
let joined: { account: Account; datastore: string }[];
const relays: ChildProcess[] = [];
const clients: Socket[] = [];

async function beginAgent(): Promise<void> {
  const machine = machineAt({ datastore: folder, run: join(folder, 'run') }, projectReader());
  const watch = createMachineWatch(machine);
  const shared = { machine, watch, run: runCommand, program: [], isResident: true };
  server = createServer({ allowHalfOpen: true });
  server.listen(socketPath);
  await once(server, 'listening');
  stop = new AbortController();
  ended = serveResident(
    server,
    (who) => {
      joined.push(who);
      return { ...shared, account: who.account, detach: () => Promise.resolve(0) };
    },
    stop.signal,
  );
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-resident-'));
  socketPath = join(folder, 'agent.sock');
  joined = [];
  await beginAgent();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  for (const relay of relays.splice(0)) relay.kill('SIGKILL');
  stop.abort();
  await ended;
  rmSync(folder, { recursive: true, force: true });
});

/** Joins as the engine does on a machine; `more` are variables of sudo. */
function joinAgent(more: NodeJS.ProcessEnv = {}, fallback = ['echo', 'served by itself']): ChildProcess {
  const words = ['-c', JOIN_SCRIPT, 'join', socketPath, '/mnt/my data', ...fallback];
  const child = spawn('/bin/bash', words, { env: { PATH: process.env['PATH'], ...more } });
  relays.push(child);
  return child;
}

const SUDO = { SUDO_UID: '1000', SUDO_GID: '1001', SUDO_USER: 'deploy' };

async function openChannel(child: ChildProcess) {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('the relay has no pipes');
  const exit = once(child, 'exit').then(([code]) => ({ code: code as number | null, signal: null }));
  const reference = { name: 'm', host: '127.0.0.1', port: 22, user: 'deploy', datastore: '/mnt/my data' };
  const process = { stdin, stdout, stderr, exit, kill: () => void child.kill() };
  return openAgentChannel(process, {
    ...{ machine: { context: 'c', sshKey: '', machine: reference }, version: '', clock: systemClock },
    ...{ onHeard: () => undefined, onSilent: () => undefined },
  });
}

const outputOf = async (child: ChildProcess): Promise<string> => {
  let output = '';
  child.stdout?.on('data', (text: Buffer) => (output += text.toString()));
  await once(child, 'close');
  return output;
};

const skipped = existsSync('/usr/bin/socat') ? '' : ' (SKIPPED: needs socat)';

describe.skipIf(skipped !== '')(`a connection${skipped}`, () => {
  it('is served by the resident agent, as the account that used sudo', async () => {
    const channel = await openChannel(joinAgent(SUDO));
    expect(channel.hello.resident).toBe(true);
    expect(await channel.request('repository.list', {})).toEqual([]);
    expect(joined).toEqual([
      { account: { name: 'deploy', uid: 1000, gid: 1001 }, datastore: '/mnt/my data' },
    ]);
  });

  it('is root where nobody used sudo', async () => {
    await openChannel(joinAgent());
    expect(joined.map(({ account }) => account)).toEqual([{ name: 'root', uid: 0, gid: 0 }]);
  });

  it('ends at once when the agent ends, and joins the next one', async () => {
    const [first, other] = [joinAgent(SUDO), joinAgent(SUDO)];
    const channels = [await openChannel(first), await openChannel(other)];
    const gone = [first, other].map((relay) => once(relay, 'exit'));
    stop.abort();
    await ended;
    await arrival('the end of the relays', Promise.all(gone));
    for (const channel of channels) expect(await channel.closed).toMatchObject({ code: 'connection-lost' });
    await beginAgent();
    const again = await openChannel(joinAgent(SUDO));
    expect(await again.request('repository.list', {})).toEqual([]);
  });
});

describe.skipIf(skipped !== '')(`where no agent answers${skipped}`, () => {
  it('the command is run instead: without a socket', async () => {
    stop.abort();
    await ended;
    expect(await outputOf(joinAgent(SUDO))).toBe('served by itself\n');
  });

  it('and beside a socket that nobody listens on', async () => {
    // A process that is killed leaves its socket.
    const killed = spawn('socat', [`UNIX-LISTEN:${join(folder, 'stale.sock')},unlink-close=0`, '-']);
    await arrival('the socket', untilListening(join(folder, 'stale.sock')));
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    socketPath = join(folder, 'stale.sock');
    expect(await outputOf(joinAgent(SUDO))).toBe('served by itself\n');
  });

  it('and without the relay', async () => {
    expect(await outputOf(joinAgent({ ...SUDO, PATH: folder }, ['/bin/echo', 'served by itself']))).toBe(
      'served by itself\n',
    );
  });
});

describe.skipIf(skipped !== '')(`a client that sends what it likes${skipped}`, () => {
  const send = async (bytes: Uint8Array): Promise<void> => {
    const client = connect(socketPath);
    clients.push(client);
    client.on('error', () => undefined);
    const closed = once(client, 'close');
    client.resume();
    client.write(bytes);
    await arrival('the end of the connection', closed);
  };

  it.each([
    ['no line that joins', Buffer.from('GET / HTTP/1.1\n')],
    ['an account that is none', Buffer.from('join-1\t-1\t0\troot\t/mnt/rediacc\n')],
    ['a line without end', Buffer.alloc(LONGEST_JOIN + 1, 'a')],
    ['bytes that are no frames', Buffer.from('join-1\t0\t0\troot\t/mnt/rediacc\nnonsense, and no frame')],
  ])('ends its own connection alone: %s', async (_, bytes) => {
    const channel = await openChannel(joinAgent(SUDO));
    await send(bytes);
    expect(await channel.request('repository.list', {})).toEqual([]);
  });
});

async function untilListening(path: string): Promise<void> {
  for (;;) {
    const client = connect(path);
    clients.push(client);
    const isThere = await Promise.race([
      once(client, 'connect').then(() => true),
      new Promise<boolean>((resolve) => client.once('error', () => resolve(false))),
    ]);
    if (isThere) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
