// On the true cryptsetup: the headers lie in files, with keys of the least cost.

import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLuksHeader } from '../../shared/luksHeader.ts';
import { mapperDevice, partialFile, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { createAutostartKeys, forgetKeyFiles } from './autostartKeys.ts';
import { createForks } from './forks.ts';
import { addToSlot, readHeader } from './keySlots.ts';
import { createLuks } from './luks.ts';
import {
  addKeyOfOldVersion,
  cheaply,
  cryptsetupAbsent,
  lookAt,
  makeLuksFile,
  opensByOne,
  repository,
} from './luksFile.fixtures.ts';
import { createVolumes } from './volumes.ts';

const skipped = cryptsetupAbsent ? ' (SKIPPED: needs cryptsetup)' : '';
const bytes = (text: string): Uint8Array => Buffer.from(text);

// A LUKS header is the first bytes of a file: no device is needed to change it.
describe.skipIf(cryptsetupAbsent)(`a LUKS header, by the true cryptsetup${skipped}`, () => {
  let paths: Paths;
  let file: string;
  beforeEach(async () => {
    paths = await makeLuksFile('secret');
    file = volumeFile(paths, repository.guid);
  });
  afterEach(() => rmSync(paths.datastore, { recursive: true }));

  const change = (from: string, to: string): Promise<unknown> =>
    createLuks(paths, cheaply).changePassphrase(repository, bytes(from), bytes(to));
  const add = (slot: number, passphrase: string): Promise<void> =>
    addToSlot({ run: cheaply, file, name: 'shop' }, slot, {
      key: bytes('secret'),
      added: bytes(passphrase),
      derivation: ['--pbkdf', 'argon2id'],
    });

  it('gets the new passphrase in slot 0; the old one opens nothing', async () => {
    await change('secret', 'two lines\nand café');
    expect(await lookAt(paths, 'secret', 'two lines\nand café')).toEqual({
      slots: { 0: 'two lines\nand café' },
      tokens: [],
    });
  });

  it('changes nothing for a wrong passphrase', async () => {
    const before = readFileSync(file);
    await expect(change('wrong', 'newer')).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it('keeps a passphrase that somebody added in slot 1, whatever is done', async () => {
    await add(1, 'stranger');
    const keys = createAutostartKeys(paths, cheaply);
    expect((await keys.facts(repository)).slot1).toBe('unknown');
    await expect(keys.checkSlot(repository)).rejects.toMatchObject({ code: 'autostart-slot-taken' });
    await expect(keys.add(repository, bytes('secret'))).rejects.toMatchObject({
      code: 'autostart-slot-taken',
    });
    expect(await keys.remove(repository)).toEqual({ removed: false, left: true });
    await change('secret', 'newer');
    expect(await lookAt(paths, 'newer', 'stranger')).toEqual({
      slots: { 0: 'newer', 1: 'stranger' },
      tokens: [],
    });
  });

  it('is enabled once the stranger in slot 1 has moved, as the refusal says', async () => {
    await add(1, 'stranger');
    await add(2, 'stranger');
    await cheaply(['cryptsetup', 'luksKillSlot', '--key-file', '-', file, '1'], { input: bytes('stranger') });
    const keys = createAutostartKeys(paths, cheaply);
    await keys.add(repository, bytes('secret'));
    expect((await keys.facts(repository)).slot1).toBe('key');
    expect(await lookAt(paths, 'secret', 'stranger')).toMatchObject({
      slots: { 0: 'secret', 1: 'other', 2: 'stranger' },
    });
  });

  it('tells an autostart slot whose key file is lost from a passphrase, when this version made it', async () => {
    const keys = createAutostartKeys(paths, cheaply);
    await keys.add(repository, bytes('secret'));
    await forgetKeyFiles(paths, repository.guid);
    expect((await keys.facts(repository)).slot1).toBe('token');
    expect(await keys.remove(repository)).toEqual({ removed: true, left: false });
    expect(await lookAt(paths, 'secret')).toEqual({ slots: { 0: 'secret' }, tokens: [] });
  });

  it('keeps autostart’s key where the passphrase’s slot has been damaged, in a fork too', async () => {
    const keys = createAutostartKeys(paths, cheaply);
    await keys.add(repository, bytes('secret'));
    await change('secret', 'newer');
    await keys.claim(repository, bytes('newer'));
    const { slots } = await readHeader({ run: cheaply, file, name: 'shop' });
    const opened = await open(file, 'r+');
    await opened.write(Buffer.alloc(4096, 1), 0, 4096, slots.get(0)?.area?.offset);
    await opened.close();
    const guid = '44444444-4444-4444-8444-444444444444';
    await writeFile(partialFile(paths, guid), readFileSync(file));
    const unproven = { code: 'passphrase-unproven' };
    const forks = createForks(paths, cheaply);
    await expect(forks.renew({ parent: repository, guid })).rejects.toMatchObject(unproven);
    await expect(keys.remove(repository)).rejects.toMatchObject(unproven);
    expect((await keys.facts(repository)).slot1).toBe('key');
    await expect(keys.claim(repository, bytes('newer'))).rejects.toMatchObject({ code: 'wrong-passphrase' });
  });

  it('keeps autostart’s key where the only other slot holds another key than the volume’s', async () => {
    await addKeyOfOldVersion(paths, 'secret');
    const unbound = [
      '--unbound',
      '--key-size',
      '512',
      '--pbkdf-force-iterations',
      '1000',
      '--pbkdf',
      'pbkdf2',
    ];
    await cheaply(
      ['cryptsetup', 'luksAddKey', '-q', ...unbound, '--key-slot', '5', '--key-file', '-', file],
      {
        input: bytes('secret'),
      },
    );
    await cheaply(['cryptsetup', 'luksKillSlot', '-q', file, '0']);
    const keys = createAutostartKeys(paths, cheaply);
    await expect(keys.remove(repository)).rejects.toMatchObject({ code: 'autostart-slot-needed' });
    await expect(keys.add(repository, bytes('secret'))).rejects.toMatchObject({
      code: 'autostart-slot-needed',
    });
    await expect(change('secret', 'newer')).rejects.toMatchObject({ code: 'wrong-passphrase' });
    expect((await keys.facts(repository)).slot1).toBe('key');
  });

  it.each(['autostart', 'stranger'])(
    'of a fork opens as its parent does; slot 1 is of: %s',
    async (whose) => {
      const keys = createAutostartKeys(paths, cheaply);
      if (whose === 'stranger') await add(1, 'stranger');
      else await keys.add(repository, bytes('secret'));
      const guid = '44444444-4444-4444-8444-444444444444';
      await writeFile(partialFile(paths, guid), readFileSync(file));
      await createForks(paths, cheaply).renew({ parent: repository, guid });
      await rm(file);
      await writeFile(file, readFileSync(partialFile(paths, guid)));
      expect(await lookAt(paths, 'secret', 'stranger')).toEqual({
        slots: whose === 'stranger' ? { 0: 'secret', 1: 'stranger' } : { 0: 'secret' },
        tokens: [],
      });
    },
  );

  const unprivileged = process.getuid?.() !== 0;
  const onlyRoot = unprivileged ? ' (SKIPPED: needs root)' : '';
  it.skipIf(unprivileged)(`of a volume that was left open is asked before a mount${onlyRoot}`, async () => {
    const device = mapperDevice(repository.guid);
    await mkdir(dirname(device), { recursive: true });
    // Without device-mapper: an open volume is one whose device is there.
    await writeFile(device, '');
    try {
      await add(1, 'key');
      const volumes = createVolumes(paths, cheaply);
      const of = { ...repository, networkId: 2816 };
      const reopen = (key: string, slot?: 0 | 1): Promise<boolean> =>
        volumes.open(of, bytes(key), file, slot);
      await expect(reopen('wrong')).rejects.toMatchObject({ code: 'wrong-passphrase' });
      await expect(reopen('secret', 1)).rejects.toMatchObject({ code: 'wrong-passphrase' });
      expect([await reopen('secret'), await reopen('key', 1)]).toEqual([false, false]);
      await writeFile(file, Buffer.alloc(1024 * 1024));
      await expect(reopen('secret')).rejects.toMatchObject({ code: 'not-a-repository-volume' });
    } finally {
      await rm(device);
    }
  });

  it('is saved whole, and opens by its own passphrase when it is put back over a destroyed one', async () => {
    const luks = createLuks(paths, cheaply);
    const backup = join(paths.datastore, 'backup');
    await luks.backUp(repository, backup);
    const header = readLuksHeader(readFileSync(backup));
    expect(header).toEqual({ uuid: await luks.uuid(file), size: statSync(backup).size });
    await change('secret', 'newer');
    writeFileSync(file, Buffer.alloc(1024 * 1024), { flag: 'r+' });
    expect(await luks.uuid(file)).toBeUndefined();
    await luks.restore(repository, backup);
    expect([await luks.uuid(file), await opensByOne(paths, 'secret')]).toEqual([header?.uuid, true]);
  });
});
