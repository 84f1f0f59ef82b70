import { constants } from 'node:fs';
import { copyFile, readFile, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { makeKey } from './build.ts';
import { makeMachineFolder, writeKnownHosts } from './folder.ts';
import { personalise, wake } from './guest.ts';
import type { Image } from './images.ts';
import { stoppedUnlessFinished } from './interrupted.ts';
import { freePort, killQemu, machineFiles } from './qemu.ts';
import { saveSnapshot } from './qmp.ts';
import { fingerprint, waitForGreeting } from './ssh.ts';
import { bootSeconds, startStopped } from './starting.ts';
import { type SandboxState, accessOf, machineFolder, writeMachine } from './state.ts';
import { templateSnapshot } from './template.ts';

/** The name of the snapshot of a new machine, with its own keys and name. */
export const cleanSnapshot = 'clean';

/** Makes the machine's files: a copy of the template's disk, the admin's key, and host keys of its own. */
async function prepare(name: string, image: Image): Promise<SandboxState> {
  const folder = machineFolder(name);
  const access = join(image.folder, 'access');
  await makeMachineFolder(folder, image.folder, image.variant);
  await copyFile(image.template, join(folder, machineFiles.disk), constants.COPYFILE_FICLONE);
  await copyFile(join(access, 'id_ed25519'), join(folder, 'id_ed25519'));
  await makeKey('ed25519', join(folder, 'ssh_host_ed25519_key'));
  await makeKey('rsa', join(folder, 'ssh_host_rsa_key'));
  // The machine has the host keys of the image until it is personalised.
  await writeKnownHosts(folder, access);
  return {
    name,
    variant: image.variant,
    image: image.folder,
    template: basename(image.template),
    port: await freePort(),
    hostKeySha256: fingerprint(await readFile(join(folder, 'ssh_host_ed25519_key.pub'), 'utf8')),
    lockedPassword: await readFile(join(access, 'locked.password'), 'utf8'),
  };
}

/** Makes and starts a machine from an image. Whatever an interrupted attempt left in its folder is removed first. */
export async function createMachine(name: string, image: Image): Promise<SandboxState> {
  const folder = machineFolder(name);
  await killQemu(folder);
  await rm(folder, { recursive: true, force: true });
  const state = await prepare(name, image);
  return stoppedUnlessFinished(folder, async () => {
    await startStopped(state, templateSnapshot);
    await wake(accessOf(state));
    await personalise(accessOf(state), name, folder);
    await writeKnownHosts(folder, folder);
    await waitForGreeting(state.port, bootSeconds);
    await saveSnapshot(folder, cleanSnapshot);
    // This file is written last: a machine without it is unfinished, and is made again.
    await writeMachine(state);
    return state;
  });
}
