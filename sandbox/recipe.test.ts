import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recipeHash, rootImageOf, variants } from './recipe.ts';

describe('recipeHash', () => {
  let folder: string;
  let recipe: string;
  let builder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recipe-'));
    recipe = join(folder, 'recipe');
    builder = join(folder, 'build.ts');
    await mkdir(join(recipe, 'files/etc'), { recursive: true });
    await writeFile(join(recipe, 'root.sh'), 'mmdebstrap');
    await writeFile(join(recipe, 'files/etc/fstab'), '/dev/vda /');
    await writeFile(builder, 'run()');
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('is the same for the same recipe, wherever the clone is', async () => {
    const before = await recipeHash(recipe, [builder]);
    const elsewhere = `${folder}-elsewhere`;
    await rename(folder, elsewhere);
    const after = await recipeHash(join(elsewhere, 'recipe'), [join(elsewhere, 'build.ts')]);
    await rename(elsewhere, folder);
    expect(before).toMatch(/^[0-9a-f]{16}$/);
    expect(after).toBe(before);
  });

  it.each([
    ['a file changes', () => writeFile(join(recipe, 'files/etc/fstab'), '/dev/vdb /')],
    ['a file is added', () => writeFile(join(recipe, 'files/etc/hosts'), '')],
    ['a file is renamed', () => rename(join(recipe, 'root.sh'), join(recipe, 'tree.sh'))],
    ['the code that follows it changes', () => writeFile(builder, 'run(again)')],
  ])('is another when %s', async (_, change) => {
    const before = await recipeHash(recipe, [builder]);
    await change();
    expect(await recipeHash(recipe, [builder])).not.toBe(before);
  });

  it('finds the true recipe', async () => {
    expect(await recipeHash()).toMatch(/^[0-9a-f]{16}$/);
  });
});

describe('rootImageOf', () => {
  it('gives the docker variant the disk of the standard one', () => {
    expect(variants.map(rootImageOf)).toEqual(['standard.img', 'bare.img', 'standard.img']);
  });
});
