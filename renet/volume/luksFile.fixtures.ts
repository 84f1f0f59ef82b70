import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../host.ts';
import type { RunCommand } from '../host.ts';
import { autostartKeyFile, repositoriesFolder, volumeFile } from '../paths.ts';
import type { Paths } from '../paths.ts';
import { keyOpens, readHeader } from './keySlots.ts';

/** True where there is no cryptsetup, so that tests on the true one cannot run. */
export const cryptsetupAbsent = spawnSync('cryptsetup', ['--version']).error !== undefined;

/** The repository whose volume the tests of headers make. */
export const repository = { guid: '33333333-3333-4333-8333-333333333333', name: 'shop' };

const CHEAP = ['argon2id', '--pbkdf-force-iterations', '4', '--pbkdf-memory', '32'];

/** Runs cryptsetup with the least cost for argon2id; the machine tests have the true cost. */
export const cheaply: RunCommand = (command, options) =>
  runCommand(
    command.flatMap((word) => (word === 'argon2id' ? CHEAP : [word])),
    options,
  );

/** Makes a datastore with the file of a volume that `passphrase` opens. A header needs no device to be changed. */
export async function makeLuksFile(passphrase: string): Promise<Paths> {
  const paths = { datastore: mkdtempSync(join(tmpdir(), 'rediacc-luks-')), run: '' };
  mkdirSync(repositoriesFolder(paths));
  const file = volumeFile(paths, repository.guid);
  writeFileSync(file, '');
  truncateSync(file, 4 * 1024 * 1024);
  // A small header, because the tests copy it often.
  const size = ['--luks2-metadata-size', '16k', '--luks2-keyslots-size', '2M'];
  const format = ['cryptsetup', 'luksFormat', '--batch-mode', '--type', 'luks2', ...size];
  await cheaply([...format, '--pbkdf', 'argon2id', '--key-slot', '0', '--key-file', '-', file], {
    input: Buffer.from(passphrase),
  });
  return paths;
}

/** Adds autostart's key as version 0.1.0 did, without a note in the header. */
export async function addKeyOfOldVersion(paths: Paths, passphrase: string): Promise<void> {
  const key = autostartKeyFile(paths, repository.guid);
  mkdirSync(join(paths.datastore, '.credentials/keys'), { recursive: true });
  writeFileSync(key, Buffer.alloc(256, 7), { mode: 0o600 });
  const derivation = ['--pbkdf', 'pbkdf2', '--pbkdf-force-iterations', '1000'];
  const options = ['--batch-mode', '--key-slot', '1', ...derivation, '--key-file', '-'];
  await runCommand(['cryptsetup', 'luksAddKey', ...options, volumeFile(paths, repository.guid), key], {
    input: Buffer.from(passphrase),
  });
}

/**
 * Returns what each slot of the volume holds: the first of `passphrases` that opens it, or `other`; and the types of the
 * header's tokens.
 */
export async function lookAt(
  paths: Paths,
  ...passphrases: string[]
): Promise<{ slots: object; tokens: string[] }> {
  const volume = { run: runCommand, file: volumeFile(paths, repository.guid), name: repository.name };
  const header = await readHeader(volume);
  const slots: Record<string, string> = {};
  for (const slot of header.slots.keys()) {
    slots[slot] = 'other';
    for (const passphrase of passphrases)
      if (await keyOpens(volume, Buffer.from(passphrase), slot)) slots[slot] = passphrase;
  }
  return { slots, tokens: [...header.tokens.values()].map(({ type }) => type) };
}

/** Tells whether one of the passphrases opens the volume. */
export async function opensByOne(paths: Paths, ...passphrases: string[]): Promise<boolean> {
  const volume = { run: runCommand, file: volumeFile(paths, repository.guid), name: repository.name };
  for (const passphrase of passphrases) if (await keyOpens(volume, Buffer.from(passphrase))) return true;
  return false;
}
