import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import type { RunCommand } from '../host.ts';
import { parseLuksMetadata } from './luksMetadata.ts';
import type { LuksHeader, LuksSlot } from './luksMetadata.ts';

/** A volume's file, finished or not, whose LUKS header is worked on; `name` is its repository's, for errors. */
export interface LuksVolume {
  run: RunCommand;
  file: string;
  name: string;
}

/** cryptsetup's exit code for "no key available with this passphrase" (cryptsetup(8), RETURN CODES). */
const NO_PERMISSION = 2;

/** The exit codes of `cryptsetup open` that are answers; `isOpened` tells which. */
export const OPENING_EXITS = [0, 1, NO_PERMISSION];

/** The number of tokens that LUKS2 has. */
const TOKENS = 32;

/** Reads the key slots and tokens in the header. Throws not-a-repository-volume. */
export async function readHeader({ run, file, name }: LuksVolume): Promise<LuksHeader> {
  const dump = await run(['cryptsetup', 'luksDump', '--dump-json-metadata', file], { expected: [0, 1] });
  if (dump.exitCode !== 0) throw new AppError('not-a-repository-volume', { name });
  return parseLuksMetadata(dump.stdout);
}

/**
 * Tells whether a passphrase or key opens the volume, by the slot `slot` or by any; the volume stays as it is, open or
 * closed. Throws not-a-repository-volume.
 */
export async function keyOpens(
  { run, file, name }: LuksVolume,
  key: Uint8Array,
  slot?: number,
): Promise<boolean> {
  // What a power cut left of a key file may be empty, and cryptsetup takes that for an error of its own.
  if (key.length === 0) return false;
  const only = slot === undefined ? [] : ['--key-slot', String(slot)];
  const options = ['--test-passphrase', '--type', 'luks2', '--serialize-memory-hard-pbkdf', ...only];
  const tried = await run(['cryptsetup', 'open', ...options, '--key-file', '-', file], {
    input: key,
    expected: OPENING_EXITS,
  });
  return isOpened(tried, name);
}

/**
 * Reads the end of a `cryptsetup open`: true when the key opened a slot, false when there was none that it opens.
 * Throws not-a-repository-volume, or step-failed with cryptsetup's own words.
 */
export function isOpened({ exitCode, stderr }: Awaited<ReturnType<RunCommand>>, name: string): boolean {
  if (exitCode === 0) return true;
  const reason = stderr.trim();
  if (exitCode === NO_PERMISSION || /no usable keyslot/i.test(reason)) return false;
  if (/not a valid LUKS/i.test(reason)) throw new AppError('not-a-repository-volume', { name });
  throw new AppError('step-failed', { step: 'cryptsetup open', reason });
}

/**
 * Returns a digest of all that a slot opens by: while it is the same, the same passphrase opens the slot. It is taken
 * over what the header says of the slot, in canonical form, and the bytes that hold its key.
 */
export async function slotDigest({ file }: LuksVolume, { area, text }: LuksSlot): Promise<string> {
  const hash = createHash('sha256').update(`${text}\0`);
  if (area === undefined) return hash.digest('hex');
  const opened = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await opened.read(Buffer.alloc(area.size), 0, area.size, area.offset);
    return hash.update(buffer.subarray(0, bytesRead)).digest('hex');
  } finally {
    await opened.close();
  }
}

/** Adds a passphrase or key in a free slot. `key` opens one already; `derivation` are cryptsetup's options for it. */
export async function addToSlot(
  { run, file }: LuksVolume,
  slot: number,
  { key, added, derivation }: { key: Uint8Array; added: Uint8Array; derivation: readonly string[] },
): Promise<void> {
  const options = ['--batch-mode', '--key-slot', String(slot), ...derivation, '--key-file', '-'];
  const command = ['cryptsetup', 'luksAddKey', ...options, file];
  await run(withSecondInput(command), { input: key, second: added });
}

/**
 * Empties a key slot, for good, after it has seen that a passphrase or key at hand opens another one. Throws
 * step-failed when it does not, and empties nothing then.
 */
export async function emptySlot(
  volume: LuksVolume,
  slot: number,
  proof: { slot: number; key: Uint8Array },
): Promise<void> {
  if (proof.slot === slot || !(await keyOpens(volume, proof.key, proof.slot))) {
    const reason = `slot ${proof.slot} does not open`;
    throw new AppError('step-failed', { step: `cryptsetup luksKillSlot ${slot}`, reason });
  }
  await killSlot(volume, slot);
}

/** Empties a key slot without a look at the others. */
export async function killSlot({ run, file }: LuksVolume, slot: number): Promise<void> {
  await run(['cryptsetup', 'luksKillSlot', '--batch-mode', file, String(slot)]);
}

/** Writes a token into the header. Returns its number. Throws step-failed when there is room for none. */
export async function addToken(
  { run, file }: LuksVolume,
  used: readonly number[],
  content: { type: string; keyslots: readonly string[]; [more: string]: unknown },
): Promise<number> {
  const token = Array.from({ length: TOKENS }, (_, number) => number).find((one) => !used.includes(one));
  if (token === undefined)
    throw new AppError('step-failed', { step: 'cryptsetup token import', reason: 'no token is free' });
  const options = ['--json-file', '-', '--token-id', String(token)];
  await run(['cryptsetup', 'token', 'import', ...options, file], {
    input: Buffer.from(JSON.stringify(content)),
  });
  return token;
}

/** Removes a token from the header. */
export async function removeToken({ run, file }: LuksVolume, token: number): Promise<void> {
  await run(['cryptsetup', 'token', 'remove', '--token-id', String(token), file]);
}

/**
 * Returns the words that run a command with one more argument: the path of a pipe that carries the second input. (The
 * input itself comes on a socket, which cannot be opened by a path, and makes bash read root's .bashrc unless it is
 * told not to.)
 */
function withSecondInput(command: readonly string[]): string[] {
  return ['bash', '--norc', '-c', 'exec "$@" <(exec cat <&3) 3<&-', 'bash', ...command];
}
