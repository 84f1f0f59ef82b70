import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { en } from '../../shared/text/en/en.ts';
import { makeRepository } from '../../tests/support/nativeRepository.ts';
import type { NativeRepository } from '../../tests/support/nativeRepository.ts';
import { headerByHand } from './headersByHand.ts';

let repository: NativeRepository;
let folder: string;
const before = process.cwd();
beforeEach(() => {
  repository = makeRepository({});
  folder = mkdtempSync(join(tmpdir(), 'rediacc-header-'));
  process.chdir(folder);
});
afterEach(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
  repository.remove();
});

it('saves a header in the folder that a person is in, and never over a file', async () => {
  const request = { action: 'backup', repository: 'shop', file: 'shop.header' };
  expect(await headerByHand(repository.agent, request, en)).toBe(0);
  expect(readFileSync(join(folder, 'shop.header'), 'utf8')).toBe('header uuid-of-shop');
  expect(existsSync('/shop.header')).toBe(false);
  await expect(headerByHand(repository.agent, request, en)).rejects.toMatchObject({ code: 'file-exists' });
});
