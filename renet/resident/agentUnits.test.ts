import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AGENT_UNITS } from '../../shared/agentUnits.ts';
import type { RunCommand } from '../host.ts';
import { installAgentUnits } from './agentUnits.ts';

let folder: string;
let asked: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-units-'));
  asked = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Notes what is asked of systemctl; `enable` makes the folders of its links. */
const run: RunCommand = (words) => {
  asked.push(words.slice(1).join(' '));
  for (const { wanted } of AGENT_UNITS) mkdirSync(join(folder, `${wanted}.wants`), { recursive: true });
  return Promise.resolve({ exitCode: 0, stdout: '', stderr: '' });
};

const START = ['start rediacc-agent.socket', 'restart rediacc-agent.service'];
const ENABLE = '--quiet enable rediacc-agent.socket rediacc-agent.service';
const STOP = 'stop rediacc-agent.service rediacc-agent.socket';

it('writes both units, enables them, and starts the socket before the service', async () => {
  await installAgentUnits(run, folder);
  for (const { name, text } of AGENT_UNITS) expect(readFileSync(join(folder, name), 'utf8')).toBe(text);
  expect(asked).toEqual(['daemon-reload', ENABLE, STOP, ...START]);
});

it('starts a new agent and leaves the socket, to which clients are waiting, where the units are right', async () => {
  await installAgentUnits(run, folder);
  asked = [];
  await installAgentUnits(run, folder);
  expect(asked).toEqual([ENABLE, ...START]);
});

it('brings back units that somebody changed', async () => {
  await installAgentUnits(run, folder);
  const [socket, service] = AGENT_UNITS.map(({ name }) => join(folder, name));
  writeFileSync(service ?? '', '[Service]\nExecStart=/bin/false\n');
  asked = [];
  await installAgentUnits(run, folder);
  expect([readFileSync(service ?? '', 'utf8'), readFileSync(socket ?? '', 'utf8')]).toEqual([
    AGENT_UNITS[1]?.text,
    AGENT_UNITS[0]?.text,
  ]);
  expect(asked).toEqual(['daemon-reload', ENABLE, ...START]);
});
