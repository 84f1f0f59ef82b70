import { createHash } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { usableAccelerator } from './accelerator.ts';
import { makeMachineFolder, writeKnownHosts } from './folder.ts';
import { runAsGuestRoot, waitForGreeting } from './ssh.ts';
import { settle } from './guest.ts';
import { stoppedUnlessFinished } from './interrupted.ts';
import { recipeFolder } from './paths.ts';
import { freePort, killQemu, machineFiles, qemuArguments, startQemu } from './qemu.ts';
import { quit, saveSnapshot } from './qmp.ts';
import type { Variant } from './recipe.ts';
import { runOnHost } from './run.ts';
import { bootSeconds } from './starting.ts';

/** The name of the snapshot of a booted machine that nobody has touched. */
export const templateSnapshot = 'template';

/**
 * Returns the name of a variant's template in an image folder. The template holds the state of QEMU's devices, so its
 * name depends on QEMU's version, on the arguments and, unless the processor is emulated, on the processor.
 */
export async function templateFile(variant: Variant): Promise<string> {
  const accelerator = await usableAccelerator();
  const version = (await runOnHost('qemu-system-x86_64', ['--version'])).split('\n')[0] ?? '';
  const words = qemuArguments({ folder: '/', image: '/', variant, accelerator, port: 0 });
  const processor = accelerator === 'tcg' ? '' : (cpus()[0]?.model ?? '');
  const script = variant === 'docker' ? await readFile(join(recipeFolder, 'docker-variant.sh'), 'utf8') : '';
  const hash = createHash('sha256').update(JSON.stringify([version, words, processor, script]));
  return `template-${variant}-${hash.digest('hex').slice(0, 16)}.qcow2`;
}

/** Returns the folder in which a variant boots for its template, in an image folder. */
export function bootingFolder(image: string, variant: Variant): string {
  return join(image, `booting-${variant}`);
}

/** Boots `variant` from the image folder once, and keeps the booted machine as the file `template`. */
export async function makeTemplate(variant: Variant, image: string, template: string): Promise<void> {
  const folder = bootingFolder(image, variant);
  await killQemu(folder);
  await rm(folder, { recursive: true, force: true });
  const port = await freePort();
  await stoppedUnlessFinished(folder, async () => {
    await makeMachineFolder(folder, image, variant);
    await runOnHost(
      'qemu-img',
      ['create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', machineFiles.rootImage, machineFiles.disk],
      {
        cwd: folder,
      },
    );
    const knownHosts = await writeKnownHosts(folder, join(image, 'access'));
    await startQemu({ folder, image, variant, accelerator: await usableAccelerator(), port });
    const access = { port, key: join(image, 'access/id_ed25519'), knownHosts };
    await waitForGreeting(port, bootSeconds);
    await settle(access);
    if (variant === 'docker') {
      await runAsGuestRoot(access, await readFile(join(recipeFolder, 'docker-variant.sh'), 'utf8'));
    }
    await saveSnapshot(folder, templateSnapshot);
    await quit(folder);
    await rename(join(folder, machineFiles.disk), template);
    await rm(folder, { recursive: true });
  });
}
