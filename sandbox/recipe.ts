import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { recipeFolder } from './paths.ts';

/**
 * The variants of machines. `standard` has what a set-up machine has, with the system's Docker off; `docker` is the
 * same with the system's Docker on and a container in it; `bare` has only what a rented server has.
 */
export const variants = ['standard', 'bare', 'docker'] as const;
export type Variant = (typeof variants)[number];

/** Returns the file name of the root file system from which a variant boots. */
export function rootImageOf(variant: Variant): string {
  return variant === 'bare' ? 'bare.img' : 'standard.img';
}

/** The code beside the recipe that decides what an image contains. */
const builders = ['build.ts', 'registry.ts'].map((name) => join(import.meta.dirname, name));

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Returns a hash, 16 hex digits, of the names and contents of the recipe's files and of the code that follows it. */
export async function recipeHash(folder = recipeFolder, code: string[] = builders): Promise<string> {
  const hash = createHash('sha256');
  const files = [...(await filesBelow(folder)), ...code];
  const named = files.map((path) => [relative(folder, path).replaceAll('\\', '/'), path] as const);
  named.sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [name, path] of named) {
    const content = await readFile(path);
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}
