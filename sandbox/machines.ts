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

/** A machine, with the data to reach it. */
export interface SandboxMachine {
  name: string;
  variant: Variant;
  host: '127.0.0.1';
  port: number;
  /** The user who may use sudo without a password. */
  user: 'deploy';
  /** The private key of both users. */
  key: string;
  hostKeySha256: string;
  users: ['deploy', 'locked'];
  /** The password that sudo asks the user `locked` for. */
  lockedPassword: string;
}

interface ListedMachine {
  name: string;
  /** `unfinished`: the `up` that makes it was interrupted, or is under way. */
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

/** Returns true when the machine would be made otherwise today: with another image, another QEMU or other arguments. */
async function isOfAnEarlierVersion({ image, variant, template }: SandboxState): Promise<boolean> {
  if (basename(image) !== (await recipeHash())) return true;
  // QEMU is asked for its version, and it may be missing: a folder of machines can outlive the programs of its
  // computer.
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
 * from its disk as it is. Returns the data to reach it; for a running one does nothing else.
 * @throws SandboxError when two machines run already, or the machine exists in another variant.
 */
export async function bringUp(name: string, options: { variant?: Variant } = {}): Promise<SandboxMachine> {
  return locked(name, async () => {
    const state = await readMachine(name);
    if (state !== undefined) {
      await upAgain(state, options.variant);
      return describe(state);
    }
    // This is checked again when the machine starts; here it saves a long wait.
    await refuseTooMany();
    const image = await ensureImage(options.variant ?? 'standard');
    return describe(
      await step(`Starting the ${image.variant} machine "${name}"`, () => createMachine(name, image)),
    );
  });
}

/** Stops the machine and removes it with its disk. Returns false when there was none. */
export async function takeDown(name: string): Promise<boolean> {
  return locked(name, async () => {
    const folder = machineFolder(name);
    if (!(await machineNames()).includes(name)) return false;
    await killQemu(folder);
    await rm(folder, { recursive: true, force: true });
    return true;
  });
}

/**
 * Returns true when `down` and `up` would make the machine of this name otherwise than it is; false when there is none.
 */
export async function isOutdated(name: string): Promise<boolean> {
  const state = await readMachine(name);
  return state !== undefined && (await isOfAnEarlierVersion(state));
}

/** Saves the running machine, memory and disk, as the snapshot `snapshot`, for {@link reset}. */
export async function keep(name: string, snapshot: string): Promise<void> {
  return locked(name, async () => {
    await running(name);
    await step(`Keeping the machine "${name}" as it is now`, () =>
      saveSnapshot(machineFolder(name), snapshot),
    );
  });
}

/** Returns true when the running machine has this snapshot. */
export async function isKept(name: string, snapshot: string): Promise<boolean> {
  await running(name);
  return (await snapshotNames(machineFolder(name))).includes(snapshot);
}

/**
 * Takes the machine back to its state when it was new, or to the snapshot `snapshot`, running and with its clock set.
 * @throws SandboxError when it is of an earlier version: a snapshot works only in the QEMU that it was made in.
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
 * Cuts the machine's power (whatever it had not written to its disk is lost), boots its disk again and waits until ssh
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

/** Lists all machines by name. */
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
