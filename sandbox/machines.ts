import { constants } from 'node:fs';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { usableAccelerator } from './accelerator.ts';
import { makeKey } from './build.ts';
import { SandboxError } from './errors.ts';
import { makeMachineFolder, writeKnownHosts } from './folder.ts';
import { personalise, rebootGuest, wake } from './guest.ts';
import { type Image, ensureImage } from './images.ts';
import { withLock } from './lock.ts';
import { ensureSystemPackages } from './packages.ts';
import { step } from './progress.ts';
import { freePort, killQemu, machineFiles, qemuPid, startQemu } from './qemu.ts';
import { loadSnapshot, saveSnapshot } from './qmp.ts';
import type { Variant } from './recipe.ts';
import { fingerprint, waitForGreeting } from './ssh.ts';
import {
  type MachineState,
  accessOf,
  machineFolder,
  machineNames,
  readMachine,
  writeMachine,
} from './state.ts';
import { bootSeconds, templateSnapshot } from './template.ts';

export { ensureImage } from './images.ts';

/** A machine that can be reached. */
export interface Machine {
  name: string;
  variant: Variant;
  host: '127.0.0.1';
  port: number;
  /** May use sudo without a password. */
  user: 'deploy';
  /** The private key of both users. */
  key: string;
  hostKeySha256: string;
  users: ['deploy', 'locked'];
  /** What sudo asks `locked` for. */
  lockedPassword: string;
}

export interface ListedMachine {
  name: string;
  /** `unfinished`: its `up` was interrupted, or is under way. */
  state: 'running' | 'stopped' | 'unfinished';
  variant?: Variant;
  port?: number;
}

/** Two emulated machines keep two processors busy; 2 GB of memory each. */
const maximumRunning = 2;
const cleanSnapshot = 'clean';

function describe(state: MachineState): Machine {
  return {
    name: state.name,
    variant: state.variant,
    host: '127.0.0.1',
    port: state.port,
    user: 'deploy',
    key: accessOf(state).key,
    hostKeySha256: state.hostKeySha256,
    users: ['deploy', 'locked'],
    lockedPassword: state.lockedPassword,
  };
}

function locked<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  return withLock(`machine-${basename(machineFolder(name))}`, `the machine "${name}"`, work);
}

async function existing(name: string): Promise<MachineState> {
  const state = await readMachine(name);
  if (state !== undefined) return state;
  throw new SandboxError(`There is no machine "${name}". Start it with: npm run sandbox -- up ${name}`);
}

async function refuseTooMany(): Promise<void> {
  const running: string[] = [];
  for (const name of await machineNames()) {
    if ((await qemuPid(machineFolder(name))) !== undefined) running.push(name);
  }
  if (running.length < maximumRunning) return;
  throw new SandboxError(
    `${running.length} machines are running (${running.join(', ')}), and this computer should not run more. ` +
      `Stop one first: npm run sandbox -- down ${running[0] ?? ''}`,
  );
}

/** Starts QEMU for a machine, from a snapshot or from its disk, and waits until ssh answers. */
async function start(state: MachineState, snapshot?: string): Promise<void> {
  const folder = machineFolder(state.name);
  await withLock('starting', 'starting a machine', async () => {
    await refuseTooMany();
    const { image, variant, port } = state;
    const options = { folder, image, variant, port, accelerator: await usableAccelerator() };
    await startQemu(snapshot === undefined ? options : { ...options, snapshot });
  });
  await waitForGreeting(state.port, bootSeconds);
}

async function create(name: string, image: Image): Promise<MachineState> {
  const folder = machineFolder(name);
  const from = join(image.folder, 'access');
  await killQemu(folder);
  await rm(folder, { recursive: true, force: true });
  await refuseTooMany();
  await makeMachineFolder(folder, image.folder, image.variant);
  await copyFile(image.template, join(folder, machineFiles.disk), constants.COPYFILE_FICLONE);
  await copyFile(join(from, 'id_ed25519'), join(folder, 'id_ed25519'));
  await makeKey('ed25519', join(folder, 'ssh_host_ed25519_key'));
  await makeKey('rsa', join(folder, 'ssh_host_rsa_key'));
  const state: MachineState = {
    name,
    variant: image.variant,
    image: image.folder,
    port: await freePort(),
    hostKeySha256: fingerprint(await readFile(join(folder, 'ssh_host_ed25519_key.pub'), 'utf8')),
    lockedPassword: await readFile(join(from, 'locked.password'), 'utf8'),
  };
  // Until it is personalised the machine has the host keys of the image.
  await writeKnownHosts(folder, from);
  try {
    await start(state, templateSnapshot);
    await wake(accessOf(state));
    await personalise(accessOf(state), name, folder);
    await writeKnownHosts(folder, folder);
    await waitForGreeting(state.port, bootSeconds);
    await saveSnapshot(folder, cleanSnapshot);
    // Last: a machine without it is half-made, and made again.
    await writeMachine(state);
  } catch (error) {
    await killQemu(folder);
    throw error;
  }
  return state;
}

/**
 * Starts the machine `name`: a new one from the variant's snapshot (its image is built when missing), a stopped one
 * from its disk as it is. A running one is only described.
 * @throws SandboxError when two machines run already, or the machine exists in another variant.
 */
export async function up(name: string, options: { variant?: Variant } = {}): Promise<Machine> {
  return locked(name, async () => {
    const state = await readMachine(name);
    if (state === undefined) {
      const image = await ensureImage(options.variant ?? 'standard');
      return describe(
        await step(`Starting the ${image.variant} machine "${name}"`, () => create(name, image)),
      );
    }
    if (options.variant !== undefined && options.variant !== state.variant) {
      throw new SandboxError(
        `The machine "${name}" is a ${state.variant} one. Remove it first: npm run sandbox -- down ${name}`,
      );
    }
    if ((await qemuPid(machineFolder(name))) === undefined) {
      await ensureSystemPackages();
      await step(`Booting the machine "${name}" from its disk`, () => start(state));
    }
    return describe(state);
  });
}

/** Stops the machine and removes it with its disk. Gives false when there was none. */
export async function down(name: string): Promise<boolean> {
  return locked(name, async () => {
    const folder = machineFolder(name);
    if (!(await machineNames()).includes(name)) return false;
    await killQemu(folder);
    await rm(folder, { recursive: true, force: true });
    return true;
  });
}

/** Takes the machine back to what it was when it was new, running; the clock is set. */
export async function reset(name: string): Promise<Machine> {
  return locked(name, async () => {
    const state = await existing(name);
    await step(`Resetting the machine "${name}"`, async () => {
      if ((await qemuPid(machineFolder(name))) === undefined) await start(state, cleanSnapshot);
      else await loadSnapshot(machineFolder(name), cleanSnapshot);
      await waitForGreeting(state.port, bootSeconds);
      await wake(accessOf(state));
    });
    return describe(state);
  });
}

/** Reboots the machine through its systemd and waits until ssh answers again. */
export async function reboot(name: string): Promise<Machine> {
  return locked(name, async () => {
    const state = await existing(name);
    if ((await qemuPid(machineFolder(name))) === undefined) {
      throw new SandboxError(
        `The machine "${name}" is stopped. Start it with: npm run sandbox -- up ${name}`,
      );
    }
    await step(`Rebooting the machine "${name}"`, () => rebootGuest(accessOf(state), bootSeconds));
    return describe(state);
  });
}

/**
 * Cuts the machine's power (what it had not flushed to its disk is lost) and boots its disk again, waiting until ssh
 * answers.
 */
export async function cutPower(name: string): Promise<Machine> {
  return locked(name, async () => {
    const state = await existing(name);
    await step(`Cutting the power of the machine "${name}" and booting it`, async () => {
      await killQemu(machineFolder(name));
      await start(state);
    });
    return describe(state);
  });
}

/** The running machine `name`. @throws SandboxError when there is none. */
export async function get(name: string): Promise<Machine> {
  return describe(await existing(name));
}

/** Every machine there is, by name. */
export async function list(): Promise<ListedMachine[]> {
  const names = (await machineNames()).sort();
  return Promise.all(
    names.map(async (name): Promise<ListedMachine> => {
      const state = await readMachine(name);
      if (state === undefined) return { name, state: 'unfinished' };
      const running = (await qemuPid(machineFolder(name))) !== undefined;
      return { name, state: running ? 'running' : 'stopped', variant: state.variant, port: state.port };
    }),
  );
}
