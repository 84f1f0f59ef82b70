import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseJoin } from '../../shared/protocol/join.ts';
import { HELLO_MAGIC } from '../../shared/protocol/protocol.ts';
import { arrival } from '../../tests/support/arrival.ts';
import type { RunCommand } from '../host.ts';
import { keepAgentAlive } from './keepAlive.ts';

let folder: string;
let server: Server | undefined;
let stop: AbortController;
let ended: (readonly string[])[];
let watching: Promise<void>;
let ends: () => void;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-alive-'));
  stop = new AbortController();
  ended = [];
});
afterEach(async () => {
  stop.abort();
  await watching;
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Watches an agent that does this with each connection. Resolves with it once it has taken so many connections. */
async function watch(connections: number, answer: (socket: Socket) => void): Promise<void> {
  const socket = join(folder, 'agent.sock');
  let taken = 0;
  const enough = new Promise<void>((resolve) => {
    server = createServer((client) => {
      client.on('error', () => undefined);
      answer(client);
      taken += 1;
      if (taken === connections) resolve();
    }).listen(socket);
  });
  if (server !== undefined) await once(server, 'listening');
  const killed = new Promise<void>((resolve) => {
    ends = resolve;
  });
  const run: RunCommand = (words) => {
    ended.push(words);
    ends();
    return Promise.resolve({ code: 0, stdout: '', stderr: '' } as never);
  };
  watching = keepAgentAlive(run, '/mnt/rediacc', stop.signal, { socket, every: 5, answersWithin: 200 });
  await arrival('the connections', Promise.race([enough, killed]));
}

it('ends an agent that takes connections and says nothing, the second time', async () => {
  await watch(3, () => undefined);
  expect(ended[0]).toEqual(['systemctl', 'kill', '--signal=KILL', 'rediacc-agent.service']);
});

it('leaves one that says hello to a connection of root’s', async () => {
  const lines: string[] = [];
  await watch(4, (client) => {
    client.on('data', (bytes: Buffer) => {
      lines.push(bytes.toString());
      client.write(HELLO_MAGIC);
    });
  });
  expect(parseJoin(lines[0]?.trimEnd() ?? '')?.account.name).toBe('root');
  expect(ended).toEqual([]);
});

it('leaves one that ends its connections, as one does that ends itself', async () => {
  await watch(4, (client) => client.destroy());
  expect(ended).toEqual([]);
});
