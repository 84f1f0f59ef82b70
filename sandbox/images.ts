import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { buildImage } from './build.ts';
import { SandboxError } from './errors.ts';
import { imageNameOf } from './folder.ts';
import { withLock } from './lock.ts';
import { ensureSystemPackages } from './systemPackages.ts';
import { imagesFolder, sandboxFolder } from './paths.ts';
import { say, step } from './progress.ts';
import { killQemu } from './qemu.ts';
import { type Variant, recipeHash, variants } from './recipe.ts';
import { asRoot, runOnHost } from './run.ts';
import { machineFolder, machineNames } from './state.ts';
import { bootingFolder, makeTemplate, templateFile } from './template.ts';

/** An image from which machines are made. */
export interface Image {
  variant: Variant;
  /** The image's folder, named after the hash of the recipe. */
  folder: string;
  /** The disk with a snapshot of the booted machine, which each new machine copies. */
  template: string;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function removeImage(folder: string): Promise<void> {
  // A build that was killed may have left a booting machine, and files that belong to root.
  for (const variant of variants) await killQemu(bootingFolder(folder, variant));
  await runOnHost(...asRoot('rm', ['-rf', folder]));
}

async function buildMissing(folder: string, hash: string): Promise<void> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SandboxError(
      'The sandbox machine is built from Debian packages, which needs Linux on x86-64. ' +
        `Build it on such a computer and copy ${folder} here, under the same name.`,
    );
  }
  // The folder is named after the process, as the scripts of a build that was killed may still be writing.
  const unfinished = join(imagesFolder(), `unfinished-${process.pid}`);
  const logs = join(sandboxFolder(), 'logs');
  await mkdir(unfinished, { recursive: true });
  await mkdir(logs, { recursive: true });
  const log = join(logs, `build-${hash}`);
  say(`Building the sandbox machine's image ${hash} (a few minutes, once). Logs: ${logs}`);
  await buildImage(unfinished, log);
  await rename(unfinished, folder);
}

/** Removes the images of other recipes that no machine was made from, and the remains of interrupted builds. */
async function removeUnused(current: string): Promise<void> {
  // The disks tell which images are used, as a machine that is being made has no state yet.
  const used = await Promise.all((await machineNames()).map((name) => imageNameOf(machineFolder(name))));
  for (const name of await readdir(imagesFolder())) {
    const folder = join(imagesFolder(), name);
    if (folder !== current && !used.includes(name)) await removeImage(folder);
  }
}

/**
 * Returns the image of a variant, and builds it when it is missing: the disks (minutes, once for each recipe), and a
 * snapshot of the booted variant (a minute, once for each variant). A second caller waits for the first. A build that
 * is interrupted leaves nothing that counts as finished.
 * @throws SandboxError when a system package is missing and may not be installed, or the build fails.
 */
export async function ensureImage(variant: Variant = 'standard'): Promise<Image> {
  ensureSystemPackages();
  const hash = await recipeHash();
  const folder = join(imagesFolder(), hash);
  const template = join(folder, await templateFile(variant));
  const image: Image = { variant, folder, template };
  if (await exists(template)) return image;
  return withLock('images', 'the image', async () => {
    if (!(await exists(folder))) await buildMissing(folder, hash);
    if (!(await exists(template))) {
      await step(`Booting the ${variant} machine once, to start from a snapshot later`, () =>
        makeTemplate(variant, folder, template),
      );
    }
    await removeUnused(folder);
    return image;
  });
}
