import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { listKeys } from './keys.ts';

it('finds the private keys of a folder, says which have a passphrase, and nothing else', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rediacc-keys-'));
  const make = (name: string, passphrase: string): unknown =>
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-f', join(folder, name)]);
  make('work', 'secret');
  make('id_ed25519', '');
  await writeFile(join(folder, 'config'), 'Host *\n');
  expect(await listKeys(folder)).toEqual([
    { file: join(folder, 'id_ed25519'), type: 'ed25519', encrypted: false },
    { file: join(folder, 'work'), type: 'openssh', encrypted: true },
  ]);
  expect(await listKeys(join(folder, 'nothing'))).toEqual([]);
  await rm(folder, { recursive: true });
});
