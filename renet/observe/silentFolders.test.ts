import { mkdtempSync, rmSync } from 'node:fs';
import type * as FileSystem from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { operationsFolder, repositoriesFolder } from '../paths.ts';
import { watchChanges } from './machineChanges.ts';

/** The paths below a datastore that hangs, as often as they were asked for. */
const asked = vi.hoisted((): string[] => []);
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<typeof FileSystem>()),
  stat: (path: string) => {
    asked.push(path);
    return new Promise(() => undefined);
  },
}));

it('keeps one thread for each folder of a datastore that hangs, however often a watch begins anew', async () => {
  const datastore = mkdtempSync(join(tmpdir(), 'rediacc-silent-'));
  const paths = { datastore, run: join(datastore, 'run') };
  const watches = Array.from({ length: 5 }, () => watchChanges(paths, () => undefined));
  onTestFinished(() => {
    for (const watch of watches) watch.close();
    rmSync(datastore, { recursive: true });
  });
  await Promise.all(watches.map((watch) => watch.look()));
  expect(asked.filter((path) => path === operationsFolder(paths))).toHaveLength(1);
  expect(asked.filter((path) => path === repositoriesFolder(paths))).toHaveLength(1);
});
