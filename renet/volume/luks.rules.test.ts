// On the true cryptsetup: the headers lie in files, with keys of the least cost.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLuksHeader } from '../../shared/luksHeader.ts';
import { runCommand } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { createLuks } from './luks.ts';
import { repositoriesFolder, volumeFile } from '../paths.ts';

const absent = spawnSync('cryptsetup', ['--version']).error !== undefined;
const skipped = absent ? ' (SKIPPED: needs cryptsetup)' : '';

/** Runs cryptsetup with the least cost for argon2id; the machine tests have the true cost. */
const cheaply: RunCommand = (command, options) => {
  const cost = ['argon2id', '--pbkdf-force-iterations', '4', '--pbkdf-memory', '32'];
  return runCommand(
    command.flatMap((word) => (word === 'argon2id' ? cost : [word])),
    options,
  );
};

// A LUKS header is the first bytes of a file: no device is needed to change it.
describe.skipIf(absent)(`a LUKS header, by the true cryptsetup${skipped}`, () => {
  const paths = { datastore: mkdtempSync(join(tmpdir(), 'rediacc-luks-')), run: '' };
  const repository = { guid: '33333333-3333-4333-8333-333333333333', name: 'shop' };
  const file = volumeFile(paths, repository.guid);
  const luks = createLuks(paths, cheaply);
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  const offsetOf = async (slot: string): Promise<string | undefined> => {
    const { stdout } = await runCommand(['cryptsetup', 'luksDump', '--dump-json-metadata', file]);
    const { keyslots } = JSON.parse(stdout) as { keyslots: Record<string, { area: { offset: string } }> };
    return keyslots[slot]?.area.offset;
  };

  beforeAll(async () => {
    mkdirSync(repositoriesFolder(paths));
    writeFileSync(file, '');
    truncateSync(file, 20 * 1024 * 1024);
    const cheap = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
    const format = ['cryptsetup', 'luksFormat', '--batch-mode', '--type', 'luks2', ...cheap];
    await runCommand([...format, '--key-file', '-', file], { input: bytes('secret') });
  });
  afterAll(() => rmSync(paths.datastore, { recursive: true }));

  it('gets the new passphrase in the same slot, never written over the old one', async () => {
    const before = await offsetOf('0');
    await luks.replace(repository, bytes('secret'), bytes('two lines\nand café'));
    expect([...(await luks.slots(repository))]).toEqual(['0']);
    expect(await luks.opens(repository, '0', bytes('secret'))).toBe(false);
    expect(await luks.opens(repository, '0', bytes('two lines\nand café'))).toBe(true);
    expect(await offsetOf('0')).not.toBe(before);
  });

  it('is saved whole, and opens by its own passphrase when it is put back over a destroyed one', async () => {
    const backup = join(paths.datastore, 'backup');
    await luks.backUp(repository, backup);
    const header = readLuksHeader(readFileSync(backup));
    expect(header).toEqual({ uuid: await luks.uuid(file), size: statSync(backup).size });
    const now = bytes('two lines\nand café');
    await luks.replace(repository, now, bytes('newer'));
    writeFileSync(file, Buffer.alloc(1024 * 1024), { flag: 'r+' });
    expect(await luks.uuid(file)).toBeUndefined();
    await luks.restore(repository, backup);
    expect([await luks.uuid(file), await luks.opens(repository, '0', now)]).toEqual([header?.uuid, true]);
  });
});
