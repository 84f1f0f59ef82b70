import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseJoin } from '../../shared/protocol/join.ts';
import { HELLO_MAGIC } from '../../shared/protocol/protocol.ts';
import { readyLine } from '../../shared/protocol/ready.ts';
import { arrival } from '../../tests/support/arrival.ts';
import { identify } from '../process.ts';
import { keepAgentAlive } from './keepAlive.ts';

let folder: string;
let server: Server | undefined;
let stop: AbortController;
let watching: Promise<void>;
/** The process that stands for the agent's. */
let agent: ChildProcess;
let gone: Promise<unknown>;
let taken: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-alive-'));
  stop = new AbortController();
  agent = spawn('sleep', ['infinity']);
  gone = once(agent, 'exit');
  taken = 0;
});
afterEach(async () => {
  stop.abort();
  await arrival('the end of the watching', watching);
  agent.kill('SIGKILL');
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a sign of the agent of this age, seconds. */
function sign(age: number, pid = agent.pid ?? 0): void {
  const startTime = identify(pid)?.startTime ?? '0';
  const line = readyLine({ pid, startTime, uptime: uptime() - age, shortLives: 0 });
  writeFileSync(join(folder, 'agent.ready'), line);
}

/** Watches an agent that does this with each connection. Resolves once it has taken so many connections, or is gone. */
async function watch(connections: number, answer: (socket: Socket) => void): Promise<void> {
  const socket = join(folder, 'agent.sock');
  const enough = new Promise<void>((resolve) => {
    server = createServer((client) => {
      client.on('error', () => undefined);
      answer(client);
      taken += 1;
      if (taken >= connections) resolve();
    }).listen(socket);
  });
  if (server !== undefined) await once(server, 'listening');
  const ready = join(folder, 'agent.ready');
  watching = keepAgentAlive(stop.signal, { socket, ready, every: 5, answersWithin: 200 });
  await arrival('the connections', Promise.race([enough, gone]));
}

it('ends an agent that takes connections and says nothing, the second time', async () => {
  sign(-3600);
  await watch(3, () => undefined);
  await arrival('its end', gone);
  expect([agent.signalCode, taken]).toEqual(['SIGKILL', 2]);
});

it('ends one that says hello and gives no signs, as one does whose thread pool hangs', async () => {
  sign(3600);
  await watch(1, (client) => client.write(HELLO_MAGIC));
  await arrival('its end', gone);
  expect([agent.signalCode, taken]).toEqual(['SIGKILL', 0]);
});

it('leaves one that says hello to a connection of root’s', async () => {
  const lines: string[] = [];
  sign(-3600);
  await watch(4, (client) => {
    client.on('data', (bytes: Buffer) => {
      lines.push(bytes.toString());
      client.write(HELLO_MAGIC);
    });
  });
  expect(parseJoin(lines[0]?.trimEnd() ?? '')?.account.name).toBe('root');
  expect(agent.signalCode).toBeNull();
});

it('leaves one that ends its connections, as one does that ends itself', async () => {
  sign(-3600);
  await watch(4, (client) => client.destroy());
  expect(agent.signalCode).toBeNull();
});

it('connects to nobody where the agent is stopped: systemd would start it', async () => {
  const other = spawn('sleep', ['infinity']);
  sign(0, other.pid);
  other.kill('SIGKILL');
  await once(other, 'exit');
  const watched = watch(1, (client) => client.write(HELLO_MAGIC));
  // As many rounds as another test has connections.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(taken).toBe(0);
  sign(-3600);
  await watched;
});

it('ends at once when it is to stop, in the middle of a silence', async () => {
  sign(-3600);
  const ready = join(folder, 'agent.ready');
  const socket = join(folder, 'agent.sock');
  const connected = new Promise<void>((resolve) => {
    server = createServer(() => resolve()).listen(socket);
  });
  watching = keepAgentAlive(stop.signal, { socket, ready, every: 5, answersWithin: 3_600_000 });
  await arrival('the connection', connected);
  stop.abort();
});
