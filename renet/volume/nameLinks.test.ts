import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { linkName, unlinkName } from './nameLinks.ts';
import { mountsFolder } from '../paths.ts';
import type { Paths } from '../paths.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-links-'));
  mkdirSync(mountsFolder(pathsOf()), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const pathsOf = (): Paths => ({ datastore: folder, run: join(folder, 'run') });
const links = (): Record<string, string> =>
  Object.fromEntries(
    readdirSync(mountsFolder(pathsOf())).map((name) => [
      name,
      readlinkSync(join(mountsFolder(pathsOf()), name)),
    ]),
  );

it('leads a name to its repository, and takes the name it had before away', async () => {
  await linkName(pathsOf(), 'guid-1', 'shop');
  await linkName(pathsOf(), 'guid-2', 'wiki');
  await linkName(pathsOf(), 'guid-1', 'store');
  expect(links()).toEqual({ store: 'guid-1', wiki: 'guid-2' });
  await unlinkName(pathsOf(), 'guid-1');
  expect(links()).toEqual({ wiki: 'guid-2' });
});

it('takes a name over from a repository that is gone', async () => {
  await linkName(pathsOf(), 'gone', 'shop');
  await linkName(pathsOf(), 'guid-1', 'shop');
  expect(links()).toEqual({ shop: 'guid-1' });
});

it('does so for many at once, while others come and go', async () => {
  const names = Array.from({ length: 40 }, (_, index) => `repository-${index}`);
  await Promise.all(names.map((name) => linkName(pathsOf(), `of-${name}`, name)));
  await Promise.all(
    names.map((name, index) =>
      index % 2 === 0
        ? unlinkName(pathsOf(), `of-${name}`)
        : linkName(pathsOf(), `of-${name}`, `${name}-renamed`),
    ),
  );
  expect(links()).toEqual(
    Object.fromEntries(
      names.filter((_, index) => index % 2 === 1).map((name) => [`${name}-renamed`, `of-${name}`]),
    ),
  );
});
