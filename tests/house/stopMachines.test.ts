import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { machineFiles } from '../../sandbox/qemu.ts';
import { setup } from '../machine/support/stopMachines.ts';
import { arrival } from '../support/arrival.ts';

const EXIT_LIMIT_MILLISECONDS = 20_000;
const FOREVER = 'setInterval(() => undefined, 60_000)';
const stopMachines = join(import.meta.dirname, '../machine/support/stopMachines.ts');

let sandbox: string;
let ended: (() => void)[];
beforeEach(() => {
  sandbox = mkdtempSync(join(tmpdir(), 'rediacc-stop-'));
  vi.stubEnv('REDIACC_SANDBOX_DIR', sandbox);
  vi.stubEnv('REDIACC_KEEP_MACHINES', undefined);
  ended = [];
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const end of ended) end();
  rmSync(sandbox, { recursive: true, force: true });
});

/** A machine's folder, and a process that is taken for its QEMU. */
function startMachine(name: string): { folder: string; isRunning: () => boolean } {
  const folder = join(sandbox, 'machines', name);
  mkdirSync(folder, { recursive: true });
  const qemu = spawn(process.execPath, ['-e', FOREVER, join(folder, machineFiles.disk)]);
  writeFileSync(join(folder, machineFiles.pid), `${String(qemu.pid)}\n`);
  ended.push(() => qemu.kill('SIGKILL'));
  return { folder, isRunning: () => qemu.exitCode === null && qemu.signalCode === null };
}

it("stops the machines of the tests at the end of a run, and nobody else's", async () => {
  const own = startMachine('test-standard-1');
  const other = startMachine('demo');
  await setup()?.();
  await vi.waitFor(() => expect(own.isRunning(), 'the machine of the tests stops').toBe(false));
  expect([existsSync(own.folder), existsSync(other.folder), other.isRunning()]).toEqual([false, true, true]);
});

it('stops them when the run is killed', async () => {
  const own = startMachine('test-bare-2');
  const run = spawn(
    process.execPath,
    [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      `(await import('${stopMachines}')).setup(); console.log('set up'); ${FOREVER};`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  ended.push(() => run.kill('SIGKILL'));
  await arrival('the run', once(run.stdout, 'data'));
  expect(own.isRunning()).toBe(true);
  run.kill('SIGKILL');
  await vi.waitFor(() => expect(existsSync(own.folder), 'the folder of the machine goes').toBe(false), {
    timeout: EXIT_LIMIT_MILLISECONDS,
  });
  await vi.waitFor(() => expect(own.isRunning(), 'the machine stops').toBe(false));
});

it('keeps them for the next run when that is asked for', () => {
  vi.stubEnv('REDIACC_KEEP_MACHINES', '1');
  expect(setup()).toBeUndefined();
});
