import { rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { cleanSnapshot, createMachine } from './creation.ts';
import { SandboxError } from './errors.ts';
import { rebootGuest, wake } from './guest.ts';
import { ensureImage } from './images.ts';
import { withLock } from './lock.ts';
import { say, step } from './progress.ts';
import { killQemu } from './qemu.ts';
import { loadSnapshot, saveSnapshot, snapshotNames } from './qmp.ts';
import { type Variant, recipeHash } from './recipe.ts';
import { waitForGreeting } from './ssh.ts';
import { bootSeconds, isQemuRunning, refuseTooMany, startMachine, startStopped } from './starting.ts';
import { type SandboxState, accessOf, machineFolder, machineNames, readMachine } from './state.ts';
import { ensureSystemPackages } from './systemPackages.ts';
import { templateFile } from './template.ts';

/** A machine that can be reached. */
export interface SandboxMachine {
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

interface ListedMachine {
  name: string;
  /** `unfinished`: its `up` was interrupted, or is under way. */
  state: 'running' | 'stopped' | 'unfinished';
  variant?: Variant;
  port?: number;
}

function describe(state: SandboxState): SandboxMachine {
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

async function existing(name: string): Promise<SandboxState> {
  const state = await readMachine(name);
  if (state !== undefined) return state;
  throw new SandboxError(`There is no machine "${name}". Start it with: npm run sandbox -- up ${name}`);
}

async function running(name: string): Promise<SandboxState> {
  const state = await existing(name);
  if (await isQemuRunning(name)) return state;
  throw new SandboxError(`The machine "${name}" is stopped. Start it with: npm run sandbox -- up ${name}`);
}

/** Tells whether today another image, other arguments of QEMU or another QEMU would make this machine. */
async function isOfAnEarlierVersion({ image, variant, template }: SandboxState): Promise<boolean> {
  if (basename(image) !== (await recipeHash())) return true;
  // QEMU is asked its version; a folder of machines may outlive the programs of its computer.
  ensureSystemPackages();
  return template !== (await templateFile(variant));
}

async function upAgain(state: SandboxState, wanted: Variant | undefined): Promise<void> {
  const { name, variant } = state;
  if (wanted !== undefined && wanted !== variant) {
    throw new SandboxError(
      `The machine "${name}" is a ${variant} one. Remove it first: npm run sandbox -- down ${name}`,
    );
  }
  if (!(await isQemuRunning(name))) {
    ensureSystemPackages();
    await step(`Booting the machine "${name}" from its disk`, () => startStopped(state));
  }
  if (await isOfAnEarlierVersion(state)) {
    say(`The machine "${name}" is of an earlier version; "down" and then "up" make it anew.`);
  }
}

/**
 * Starts the machine `name`: a new one from the variant's snapshot (its image is built when missing), a stopped one
 * from its disk as it is. A running one is only described.
 * @throws SandboxError when two machines run already, or the machine exists in another variant.
 */
export async function bringUp(name: string, options: { variant?: Variant } = {}): Promise<SandboxMachine> {
  return locked(name, async () => {
    const state = await readMachine(name);
    if (state !== undefined) {
      await upAgain(state, options.variant);
      return describe(state);
    }
    // Asked again when it starts; here it saves a long wait.
    await refuseTooMany();
    const image = await ensureImage(options.variant ?? 'standard');
    return describe(
      await step(`Starting the ${image.variant} machine "${name}"`, () => createMachine(name, image)),
    );
  });
}

/** Stops the machine and removes it with its disk. Gives false when there was none. */
export async function takeDown(name: string): Promise<boolean> {
  return locked(name, async () => {
    const folder = machineFolder(name);
    if (!(await machineNames()).includes(name)) return false;
    await killQemu(folder);
    await rm(folder, { recursive: true, force: true });
    return true;
  });
}

/** Tells whether `down` and `up` would make another machine than the one of this name is; false when there is none. */
export async function isOutdated(name: string): Promise<boolean> {
  const state = await readMachine(name);
  return state !== undefined && (await isOfAnEarlierVersion(state));
}

/** Keeps the running machine, memory and disk, as the snapshot `snapshot`, for {@link reset}. */
export async function keep(name: string, snapshot: string): Promise<void> {
  return locked(name, async () => {
    await running(name);
    await step(`Keeping the machine "${name}" as it is now`, () =>
      saveSnapshot(machineFolder(name), snapshot),
    );
  });
}

/** Tells whether the running machine was kept as this snapshot. */
export async function isKept(name: string, snapshot: string): Promise<boolean> {
  await running(name);
  return (await snapshotNames(machineFolder(name))).includes(snapshot);
}

/**
 * Takes the machine back to what it was when it was new, or kept as `snapshot`; running, the clock set.
 * @throws SandboxError when it is of an earlier version: a snapshot goes on only in the QEMU that it was taken in.
 */
export async function reset(name: string, snapshot: string = cleanSnapshot): Promise<SandboxMachine> {
  return locked(name, async () => {
    const state = await existing(name);
    if (await isOfAnEarlierVersion(state)) {
      throw new SandboxError(
        `The machine "${name}" was made by an earlier version and cannot go back to its snapshot. ` +
          `Make it anew: npm run sandbox -- down ${name}, then up ${name}`,
      );
    }
    await step(`Resetting the machine "${name}"`, async () => {
      if (await isQemuRunning(name)) {
        await loadSnapshot(machineFolder(name), snapshot);
        await waitForGreeting(state.port, bootSeconds);
      } else await startStopped(state, snapshot);
      await wake(accessOf(state));
    });
    return describe(state);
  });
}

/** Reboots the machine through its systemd and waits until ssh answers again. */
export async function reboot(name: string): Promise<SandboxMachine> {
  return locked(name, async () => {
    const state = await running(name);
    await step(`Rebooting the machine "${name}"`, () => rebootGuest(accessOf(state), bootSeconds));
    return describe(state);
  });
}

/**
 * Cuts the machine's power (what it had not flushed to its disk is lost) and boots its disk again, waiting until ssh
 * answers.
 */
export async function cutPower(name: string): Promise<SandboxMachine> {
  return locked(name, async () => {
    const state = await running(name);
    await step(`Cutting the power of the machine "${name}" and booting it`, async () => {
      await killQemu(machineFolder(name));
      await startMachine(state);
    });
    return describe(state);
  });
}

/** Lists every machine there is, by name. */
export async function listMachines(): Promise<ListedMachine[]> {
  const names = (await machineNames()).sort();
  return Promise.all(
    names.map(async (name): Promise<ListedMachine> => {
      const state = await readMachine(name);
      if (state === undefined) return { name, state: 'unfinished' };
      const { variant, port } = state;
      return { name, state: (await isQemuRunning(name)) ? 'running' : 'stopped', variant, port };
    }),
  );
}
