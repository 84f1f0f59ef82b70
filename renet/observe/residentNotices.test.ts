import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readyLine } from '../../shared/protocol/ready.ts';
import type { RunCommand } from '../host.ts';
import { residentNotices } from './residentNotices.ts';

const alone = { code: 'agent-alone', details: {} };
const failing = (restarts: number, result: string) => ({
  code: 'agent-failing',
  details: { restarts, result },
});
/** Properties as systemctl shows them, in an order of its own. */
const shown = (active: string, sub: string, restarts: number, result: string, status: number): string =>
  `NRestarts=${restarts}\nExecMainStatus=${status}\nResult=${result}\nActiveState=${active}\nSubState=${sub}\n`;

it.each([
  ['a unit that is not there', shown('inactive', 'dead', 0, 'success', 0), 0, alone],
  ['one that somebody has stopped', shown('inactive', 'dead', 12, 'success', 0), 0, alone],
  ['one that runs, and is not ready yet', shown('active', 'running', 0, 'success', 0), 0, alone],
  [
    'one that waits for its next start',
    shown('activating', 'auto-restart', 41, 'exit-code', 1),
    0,
    failing(41, 'exit-code 1'),
  ],
  [
    'one that systemd has given up',
    shown('failed', 'failed', 0, 'exit-code', 203),
    0,
    failing(0, 'exit-code 203'),
  ],
  ['one that runs again just now', shown('active', 'running', 5, 'success', 0), 0, failing(5, 'success 0')],
  ['one whose lives are short', shown('active', 'running', 0, 'success', 0), 3, failing(3, 'success 0')],
  ['a systemd that does not answer', undefined, 0, alone],
])('of %s', async (_, stdout, shortLives, notice) => {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-notices-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const ready = join(folder, 'ready');
  writeFileSync(ready, readyLine({ pid: 0, startTime: '0', uptime: 0, shortLives }));
  const run: RunCommand = () =>
    stdout === undefined
      ? Promise.reject(new Error('no bus'))
      : Promise.resolve({ exitCode: 0, stdout, stderr: '' });
  expect(await residentNotices(run, ready)).toEqual([notice]);
});
