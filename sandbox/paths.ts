import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Returns the folder of everything that the sandbox keeps, outside the clone: images, machines and logs. */
export function sandboxFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const own = environment['REDIACC_SANDBOX_DIR'];
  if (own !== undefined && own !== '') return resolve(own);
  const cache = environment['XDG_CACHE_HOME'];
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'rediacc/sandbox');
}

/** Returns the folder with one sub-folder for each recipe hash. */
export function imagesFolder(): string {
  return join(sandboxFolder(), 'images');
}

/** Returns the folder with one sub-folder for each machine. */
export function machinesFolder(): string {
  return join(sandboxFolder(), 'machines');
}

/** The folder of the recipe: the scripts and files that an image is made from. */
export const recipeFolder = join(import.meta.dirname, 'recipe');
