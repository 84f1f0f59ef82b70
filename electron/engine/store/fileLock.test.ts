import { mkdir, mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withFileLock } from './fileLock.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-lock-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a dead lock whose time lies in the future is found out, without waiting for that time', async () => {
  const path = join(folder, 'contexts.json');
  await mkdir(`${path}.lock`);
  const later = new Date(Date.now() + 3_600_000);
  await utimes(`${path}.lock`, later, later);
  expect(await withFileLock(path, () => Promise.resolve('done'))).toBe('done');
});

test('a lock that was taken away makes the write fail, and does not end the program', async () => {
  const path = join(folder, 'contexts.json');
  const writing = withFileLock(path, async (stillOurs) => {
    await rm(`${path}.lock`, { recursive: true });
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      stillOurs();
    }
  });
  await expect(writing).rejects.toMatchObject({ code: 'configuration-busy', details: { file: path } });
});
