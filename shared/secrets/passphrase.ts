import { AppError } from '../errors.ts';
import { copyOf } from './secretBytes.ts';

const LINE_END = 0x0a;
const RETURN = 0x0d;
/** The first byte that is no ASCII. */
const BEYOND_ASCII = 0x80;

/**
 * Returns a passphrase as LUKS gets it: UTF-8 of the NFC form, without one final line end, so that every keyboard and
 * file gives the same bytes. Throws passphrase-empty.
 */
export function passphraseBytes(typed: string): Uint8Array {
  const bytes = new TextEncoder().encode(typed.replace(/\r?\n$/, '').normalize('NFC'));
  if (bytes.length === 0) throw new AppError('passphrase-empty');
  return bytes;
}

/**
 * Turns a passphrase as it was read into the bytes that LUKS gets, and overwrites `read`. One of ASCII alone is never a
 * string, which nobody could overwrite. Throws passphrase-empty, passphrase-not-text.
 */
export function takePassphrase(read: Uint8Array): Uint8Array {
  try {
    if (read.some((byte) => byte >= BEYOND_ASCII))
      return passphraseBytes(new TextDecoder('utf-8', { fatal: true }).decode(read));
    let end = read.length;
    if (read[end - 1] === LINE_END) end -= read[end - 2] === RETURN ? 2 : 1;
    if (end === 0) throw new AppError('passphrase-empty');
    return copyOf(read.subarray(0, end));
  } catch (error) {
    throw error instanceof TypeError ? new AppError('passphrase-not-text', {}, { cause: error }) : error;
  } finally {
    read.fill(0);
  }
}
