import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { withLock } from './lock.ts';

let folder: string;
const before = process.env['REDIACC_SANDBOX_DIR'];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
  process.env['REDIACC_SANDBOX_DIR'] = folder;
});

afterEach(async () => {
  if (before === undefined) delete process.env['REDIACC_SANDBOX_DIR'];
  else process.env['REDIACC_SANDBOX_DIR'] = before;
  await rm(folder, { recursive: true });
});

it('lets one at a time do its work, and the next after a failure', async () => {
  const order: string[] = [];
  const first = withLock('images', 'the image', async () => {
    order.push('first in');
    await sleep(100);
    order.push('first out');
    throw new Error('broken');
  });
  await sleep(30);
  const second = withLock('images', 'the image', async () => {
    order.push('second in');
    return Promise.resolve('done');
  });
  await expect(first).rejects.toThrow('broken');
  expect(await second).toBe('done');
  expect(order).toEqual(['first in', 'first out', 'second in']);
});
