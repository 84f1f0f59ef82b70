import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir, uptime } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AGENT_UNITS } from '../../shared/agentUnits.ts';
import { joinScript } from '../../shared/protocol/join.ts';
import { HELLO_MAGIC } from '../../shared/protocol/protocol.ts';
import { readyLine } from '../../shared/protocol/ready.ts';
import type { RunCommand } from '../host.ts';
import { identify } from '../process.ts';
import { installAgentUnits } from './agentUnits.ts';

let folder: string;
let asked: string[];
let agent: Server | undefined;
/** What the agent that systemd starts says to whoever joins it. */
let words: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-units-'));
  asked = [];
  words = HELLO_MAGIC;
});
afterEach(() => {
  agent?.close();
  agent = undefined;
  rmSync(folder, { recursive: true });
});

/**
 * Notes what is asked of systemctl; `enable` makes the folders of its links, `restart` starts an agent a while later.
 */
const run: RunCommand = (command) => {
  asked.push(command.slice(1).join(' '));
  for (const { wanted } of AGENT_UNITS) mkdirSync(join(folder, `${wanted}.wants`), { recursive: true });
  if (command[1] === 'restart') setTimeout(startAgent, 20);
  return Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
};

function startAgent(): void {
  agent ??= createServer((client) => client.on('error', () => undefined).write(words)).listen(
    join(folder, 'agent.sock'),
  );
  const { pid } = process;
  const sign = { pid, startTime: identify(pid)?.startTime ?? '', uptime: uptime(), shortLives: 0 };
  writeFileSync(join(folder, 'agent.ready'), readyLine(sign));
}

const install = (within?: number): Promise<void> => {
  const [socket, ready, joinFile] = ['agent.sock', 'agent.ready', 'lib/join'].map((n) => join(folder, n));
  return installAgentUnits(
    run,
    { units: folder, socket: socket ?? '', ready: ready ?? '', joinFile: joinFile ?? '' },
    within,
  );
};

const START = ['start rediacc-agent.socket', 'restart rediacc-agent.service'];
const ENABLE = '--quiet enable rediacc-agent.socket rediacc-agent.service';
const STOP = 'stop rediacc-agent.service rediacc-agent.socket';

it('writes both units and what joins the agent, enables them, and starts the socket before the service', async () => {
  await install();
  for (const { name, text } of AGENT_UNITS) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  expect(readFileSync(join(folder, 'lib/join'), 'utf8')).toBe(joinScript());
  expect(asked).toEqual(['daemon-reload', ENABLE, STOP, ...START]);
});

it('starts a new agent and leaves the socket, to which clients are waiting, where the units are right', async () => {
  await install();
  asked = [];
  await install();
  expect(asked).toEqual([ENABLE, ...START]);
});

it('brings back units that somebody changed', async () => {
  await install();
  const [socket, service] = AGENT_UNITS.map(({ name }) => join(folder, name));
  writeFileSync(service ?? '', '[Service]\nExecStart=/bin/false\n');
  asked = [];
  await install();
  expect([readFileSync(service ?? '', 'utf8'), readFileSync(socket ?? '', 'utf8')]).toEqual([
    AGENT_UNITS[1]?.text,
    AGENT_UNITS[0]?.text,
  ]);
  expect(asked).toEqual(['daemon-reload', ENABLE, ...START]);
});

it('is not done where the agent that was started does not answer', async () => {
  words = 'another program';
  await expect(install(300)).rejects.toMatchObject({ code: 'resident-silent' });
});
