import { usableAccelerator } from './accelerator.ts';
import { SandboxError } from './errors.ts';
import { withLock } from './lock.ts';
import { qemuPid, startQemu } from './qemu.ts';
import { waitForGreeting } from './ssh.ts';
import { type SandboxState, machineFolder, machineNames } from './state.ts';

/** The seconds that a boot may take, enough for an emulated machine on a busy computer. */
export const bootSeconds = 360;

/** The most machines that may run at once. Two emulated ones keep two processors busy, and each has 2 GB of memory. */
const maximumRunning = 2;

/** Returns true when the machine's QEMU runs; the machine may still be booting. */
export async function isQemuRunning(name: string): Promise<boolean> {
  return (await qemuPid(machineFolder(name))) !== undefined;
}

/**
 * Refuses to start a machine when as many run as may.
 * @throws SandboxError when they do.
 */
export async function refuseTooMany(): Promise<void> {
  const names = await machineNames();
  const states = await Promise.all(names.map(isQemuRunning));
  const running = names.filter((_, index) => states[index]);
  if (running.length < maximumRunning) return;
  throw new SandboxError(
    `${running.length} machines are running (${running.join(', ')}), and this computer should not run more. ` +
      `Stop one first: npm run sandbox -- down ${running[0] ?? ''}`,
  );
}

/** Starts QEMU for a machine, from a snapshot or else by booting its disk, and waits until ssh answers. */
export async function startMachine(state: SandboxState, snapshot?: string): Promise<void> {
  await startInQemu(state, snapshot);
  await waitForGreeting(state.port, bootSeconds);
}

/** Starts a machine that does not run. Refused when as many run as may. */
export async function startStopped(state: SandboxState, snapshot?: string): Promise<void> {
  await withLock('starting', 'starting a machine', async () => {
    await refuseTooMany();
    await startInQemu(state, snapshot);
  });
  await waitForGreeting(state.port, bootSeconds);
}

async function startInQemu(state: SandboxState, snapshot: string | undefined): Promise<void> {
  const { image, variant, port } = state;
  const options = { folder: machineFolder(state.name), image, variant, port };
  const accelerator = await usableAccelerator();
  await startQemu({ ...options, accelerator, ...(snapshot === undefined ? {} : { snapshot }) });
}
