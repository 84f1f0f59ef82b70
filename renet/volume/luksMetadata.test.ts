import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readHeader, slotDigest } from './keySlots.ts';

const slot = {
  type: 'luks2',
  key_size: 64,
  area: { type: 'raw', offset: '0', size: '8' },
  kdf: { type: 'argon2id', time: 4, salt: 'c2FsdA==' },
};
const digest = { type: 'pbkdf2', keyslots: ['0'], segments: ['0'], digest: 'ZGlnZXN0' };
const json = JSON.stringify({ keyslots: { 0: slot }, digests: { 0: digest } });

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rediacc-digest-'));
  file = join(folder, 'volume');
  writeFileSync(file, 'key area');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Returns the digest of slot 0 of the volume whose header cryptsetup prints like this. */
async function digestOf(stdout: string): Promise<string> {
  const volume = { run: () => Promise.resolve({ exitCode: 0, stdout, stderr: '' }), file, name: 'shop' };
  const found = (await readHeader(volume)).slots.get(0);
  if (found === undefined) throw new Error('no slot 0');
  return slotDigest(volume, found);
}

it.each([
  ['the digest that its key must agree with is another', json.replace('ZGlnZXN0', 'YW5vdGhlcg==')],
  ['no digest names it any more', json.replace('"keyslots":["0"]', '"keyslots":["1"]')],
  ['its key is no longer that of the volume', json.replace('"segments":["0"]', '"segments":[]')],
  ['its area is written in another way', json.replace('"offset":"0"', '"offset":0')],
  ['a key was added that a schema drops', json.replace('"key_size"', '"__proto__":{"a":1},"key_size"')],
])('a slot is not as it was when %s', async (_, other) => {
  expect(await digestOf(other)).not.toBe(await digestOf(json));
});

it('a slot is not as it was when a byte of its key is another', async () => {
  const before = await digestOf(json);
  writeFileSync(file, 'key areA');
  expect(await digestOf(json)).not.toBe(before);
});

it('a slot is as it was when another one was filled, however cryptsetup prints the header', async () => {
  const { kdf, ...rest } = slot;
  const printed = {
    digests: { 0: { ...digest, keyslots: ['0', '1'] } },
    keyslots: { 0: { kdf, ...rest }, 1: slot },
  };
  expect(await digestOf(JSON.stringify(printed, undefined, 2))).toBe(await digestOf(json));
});
