import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { machineFiles } from '../../sandbox/qemu.ts';
import { claimMachines } from '../machine/support/claims.ts';
import { setup } from '../machine/support/stopMachines.ts';
import { arrival } from '../support/arrival.ts';

const EXIT_LIMIT_MILLISECONDS = 20_000;
const FOREVER = 'setInterval(() => undefined, 60_000)';
const stopMachines = join(import.meta.dirname, '../machine/support/stopMachines.ts');
const claims = join(import.meta.dirname, '../machine/support/claims.ts');

let sandbox: string;
let ended: (() => void)[];
beforeEach(() => {
  sandbox = mkdtempSync(join(tmpdir(), 'rediacc-stop-'));
  vi.stubEnv('REDIACC_SANDBOX_DIR', sandbox);
  vi.stubEnv('REDIACC_KEEP_MACHINES', undefined);
  vi.stubEnv('REDIACC_TEST_RUN', undefined);
  ended = [];
});
afterEach(() => {
  vi.unstubAllEnvs();
  for (const end of ended) end();
  rmSync(sandbox, { recursive: true, force: true });
});

/** Makes a machine's folder, and starts a process that is taken for its QEMU. */
function startMachine(name: string): { folder: string; isRunning: () => boolean } {
  const folder = join(sandbox, 'machines', name);
  mkdirSync(folder, { recursive: true });
  const qemu = spawn(process.execPath, ['-e', FOREVER, join(folder, machineFiles.disk)]);
  writeFileSync(join(folder, machineFiles.pid), `${String(qemu.pid)}\n`);
  ended.push(() => qemu.kill('SIGKILL'));
  return { folder, isRunning: () => qemu.exitCode === null && qemu.signalCode === null };
}

/** Starts a program that imports stopMachines.ts and another file of the tests' support, and runs `statement`. */
function startProgram(file: string, statement: string): ReturnType<typeof spawn> {
  const program = `const { setup, claimMachines } = { ...(await import('${stopMachines}')), ...(await import('${file}')) };
    ${statement}`;
  const words = ['--import', 'tsx', '--input-type=module', '-e', program];
  const run = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  ended.push(() => run.kill('SIGKILL'));
  return run;
}

it('stops the machines that the run has claimed at its end, and no others', async () => {
  const own = startMachine('test-standard-1');
  const others = [startMachine('demo'), startMachine('test-standard-2')];
  const stop = setup();
  await claimMachines(['test-standard-1', 'test-bare-1']);
  await stop?.();
  await vi.waitFor(() => expect(own.isRunning(), 'the machine of the tests stops').toBe(false));
  expect(existsSync(own.folder)).toBe(false);
  expect(others.map(({ folder, isRunning }) => existsSync(folder) && isRunning())).toEqual([true, true]);
});

it('stops what a run left that is gone, and takes a damaged claim for none', async () => {
  const left = startMachine('test-standard-1');
  const damaged = startMachine('test-standard-2');
  mkdirSync(join(sandbox, 'claims'));
  const gone = { pid: process.pid, startTime: '0', bootId: 'another boot' };
  writeFileSync(join(sandbox, 'claims/test-standard-1'), JSON.stringify(gone));
  writeFileSync(join(sandbox, 'claims/test-standard-2'), '');
  const stop = setup();
  await claimMachines(['test-bare-1']);
  await stop?.();
  expect([left, damaged].map(({ folder }) => existsSync(folder))).toEqual([false, false]);
  expect(readdirSync(join(sandbox, 'claims'))).toEqual([]);
});

it('stops them when the run is killed; until then no other run gets them', async () => {
  const own = startMachine('test-bare-2');
  const run = startProgram(
    claims,
    `setup(); await claimMachines(['test-bare-2']); console.log('claimed'); ${FOREVER};`,
  );
  await arrival('the run', once(run.stdout ?? run, 'data'));
  expect(own.isRunning()).toBe(true);
  setup();
  await expect(claimMachines(['test-bare-1', 'test-bare-2'])).rejects.toThrow(
    `test-bare-2 by process ${String(run.pid)}`,
  );
  run.kill('SIGKILL');
  await vi.waitFor(() => expect(existsSync(own.folder), 'the folder of the machine goes').toBe(false), {
    timeout: EXIT_LIMIT_MILLISECONDS,
  });
  await vi.waitFor(() => expect(own.isRunning(), 'the machine stops').toBe(false));
  await claimMachines(['test-bare-1', 'test-bare-2']);
});

it('keeps them for the next run when that is asked for', () => {
  vi.stubEnv('REDIACC_KEEP_MACHINES', '1');
  expect(setup()).toBeUndefined();
});
