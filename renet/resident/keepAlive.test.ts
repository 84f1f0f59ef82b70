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
import { asideSign, readyLine } from '../../shared/protocol/ready.ts';
import { arrival } from '../../tests/support/arrival.ts';
import type { RunCommand } from '../host.ts';
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
/** What systemd says of the agent's unit. */
let shown: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-alive-'));
  stop = new AbortController();
  agent = spawn('sleep', ['infinity']);
  gone = once(agent, 'exit');
  taken = 0;
  shown = 'MainPID=0\nActiveState=inactive\n';
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

/** Writes the sign of an agent of this age that is not to be joined. */
function signAside(age: number): void {
  const { pid, startTime } = identify(agent.pid ?? 0) ?? { pid: 0, startTime: '0' };
  const line = readyLine(asideSign({ pid, startTime, uptime: uptime() - age }, 3));
  writeFileSync(join(folder, 'agent.ready'), line);
}

/** Leaves the sign of an agent whose process has ended. */
async function leaveDead(): Promise<void> {
  const other = spawn('sleep', ['infinity']);
  sign(0, other.pid);
  other.kill('SIGKILL');
  await once(other, 'exit');
}

/** Begins to watch the agent. */
function keep(more: { answersWithin?: number; youngest?: number } = {}): void {
  const [ready, socket] = [join(folder, 'agent.ready'), join(folder, 'agent.sock')];
  const run: RunCommand = () => Promise.resolve({ exitCode: 0, stdout: shown, stderr: '' });
  const times = { every: 5, answersWithin: 200, youngest: 0 };
  watching = keepAgentAlive(stop.signal, { socket, ready, run, ...times, ...more });
}

/** Watches an agent that does this with each connection. Resolves once it has taken so many connections, or is gone. */
async function watch(
  connections: number,
  answer: (socket: Socket) => void,
  more: { youngest?: number } = {},
): Promise<void> {
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
  keep(more);
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

it.each([
  ['says nothing', -3600, 2],
  ['gives no signs', 3600, 0],
])('ends one that is not to be joined and %s', async (_, age, connections) => {
  signAside(age);
  await watch(3, () => undefined);
  await arrival('its end', gone);
  expect([agent.signalCode, taken]).toEqual(['SIGKILL', connections]);
});

it('ends one that says nothing before its first sign, where systemd has started it', async () => {
  await leaveDead();
  shown = `MainPID=${agent.pid}\nActiveState=active\n`;
  await watch(3, () => undefined);
  await arrival('its end', gone);
  expect([agent.signalCode, taken]).toEqual(['SIGKILL', 2]);
});

it('leaves one without a sign that says hello, as one of another version may', async () => {
  shown = `MainPID=${agent.pid}\nActiveState=active\n`;
  await watch(4, (client) => client.write(HELLO_MAGIC));
  expect(agent.signalCode).toBeNull();
});

it('leaves one that systemd ends', async () => {
  shown = `MainPID=${agent.pid}\nActiveState=deactivating\n`;
  const watched = watch(1, (client) => client.write(HELLO_MAGIC));
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(taken).toBe(0);
  sign(-3600);
  await watched;
});

it('leaves one that is young, which may take its time to start', async () => {
  shown = `MainPID=${agent.pid}\nActiveState=active\n`;
  await watch(4, () => undefined, { youngest: 3_600_000 });
  expect(agent.signalCode).toBeNull();
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
  await leaveDead();
  const watched = watch(1, (client) => client.write(HELLO_MAGIC));
  // As many rounds as another test has connections.
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(taken).toBe(0);
  sign(-3600);
  await watched;
});

it('ends at once when it is to stop, in the middle of a silence', async () => {
  sign(-3600);
  const socket = join(folder, 'agent.sock');
  const connected = new Promise<void>((resolve) => {
    server = createServer(() => resolve()).listen(socket);
  });
  keep({ answersWithin: 3_600_000 });
  await arrival('the connection', connected);
  stop.abort();
});
