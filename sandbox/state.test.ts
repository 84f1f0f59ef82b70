import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isOutdated, listMachines, reset } from './machines.ts';
import { sandboxFolder } from './paths.ts';
import type { SandboxState } from './state.ts';
import { accessOf, machineFolder, parseMachineState, readMachine, writeMachine } from './state.ts';

const state: SandboxState = {
  name: 'demo',
  variant: 'standard',
  image: '/cache/images/abc',
  template: 'template-standard-abc.qcow2',
  port: 40_022,
  hostKeySha256: 'SHA256:abc',
  lockedPassword: 'secret',
};

describe('parseMachineState', () => {
  it('reads what was written', () => {
    expect(parseMachineState(JSON.stringify(state), 'machine.json')).toEqual(state);
  });

  it.each([
    '',
    '{',
    '{}',
    JSON.stringify({ ...state, port: 0 }),
    JSON.stringify({ ...state, variant: 'big' }),
  ])('names the file when it holds %j', (text) => {
    expect(() => parseMachineState(text, '/m/machine.json')).toThrow(/^\/m\/machine\.json does not say/);
  });
});

describe('machineFolder', () => {
  it.each(['demo', 'a', 'test-standard', 'm1'])('takes %s', (name) => {
    expect(machineFolder(name)).toBe(join(sandboxFolder(), 'machines', name));
  });

  it.each(['', '..', 'a/b', 'Demo', '-a', 'a-', 'a.lock', 'x'.repeat(33)])('refuses %j', (name) => {
    expect(() => machineFolder(name)).toThrow(/cannot be a machine's name/);
  });
});

describe('the machines of a folder', () => {
  let folder: string;
  const before = process.env['REDIACC_SANDBOX_DIR'];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    process.env['REDIACC_SANDBOX_DIR'] = folder;
  });

  afterEach(async () => {
    if (before === undefined) delete process.env['REDIACC_SANDBOX_DIR'];
    else process.env['REDIACC_SANDBOX_DIR'] = before;
    await rm(folder, { recursive: true });
  });

  it('are none at first', async () => {
    expect(await listMachines()).toEqual([]);
    expect(await readMachine('demo')).toBeUndefined();
  });

  it('are remembered, and a half-made one is told apart', async () => {
    await mkdir(machineFolder('demo'), { recursive: true });
    await mkdir(machineFolder('half'), { recursive: true });
    await writeMachine(state);
    expect(await readMachine('demo')).toEqual(state);
    expect(await listMachines()).toEqual([
      { name: 'demo', state: 'stopped', variant: 'standard', port: 40_022 },
      { name: 'half', state: 'unfinished' },
    ]);
    expect(accessOf(state)).toEqual({
      port: 40_022,
      key: join(folder, 'machines/demo/id_ed25519'),
      knownHosts: join(folder, 'machines/demo/known_hosts'),
    });
  });

  it('are outdated when they lie over another image, and then do not go back to their snapshot', async () => {
    expect(await isOutdated('demo')).toBe(false);
    await mkdir(machineFolder('demo'), { recursive: true });
    await writeMachine(state);
    expect(await isOutdated('demo')).toBe(true);
    await expect(reset('demo')).rejects.toThrow(/made by an earlier version .* down demo, then up demo/);
  });
});

describe('sandboxFolder', () => {
  it('is outside the clone: its own setting, the cache, or the cache of the home folder', () => {
    expect(sandboxFolder({ REDIACC_SANDBOX_DIR: '/s', XDG_CACHE_HOME: '/c' })).toBe('/s');
    expect(sandboxFolder({ REDIACC_SANDBOX_DIR: '', XDG_CACHE_HOME: '/c' })).toBe('/c/rediacc/sandbox');
    expect(sandboxFolder({})).toMatch(/\/\.cache\/rediacc\/sandbox$/);
  });
});
