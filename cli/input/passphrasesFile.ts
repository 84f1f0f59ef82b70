import { stat } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { isValidName } from '../../shared/names.ts';
import { takePassphrase } from '../../shared/secrets/passphrase.ts';
import { readSecretFile } from './secrets.ts';
import type { Input } from '../dependencies.ts';

const TAB = 0x09;
const LINE_END = 0x0a;
const SPACE = 0x20;
/** The bits of a file's mode that let others than its owner do anything with it. */
const OTHERS = 0o077;

/**
 * Reads passphrases out of a file with lines `name<TAB>passphrase`, and returns them by repository name, as the bytes
 * that LUKS gets; the caller wipes them. Empty lines are skipped. Throws passphrases-file-exposed when others may read
 * the file, and passphrases-file-line, which has a line's number but none of its text.
 */
export async function readPassphrasesFile(stdin: Input, file: string): Promise<Map<string, Uint8Array>> {
  if (file !== '-') await checkPrivate(file);
  const whole = await readSecretFile(stdin, file);
  const passphrases = new Map<string, Uint8Array>();
  try {
    for (const [at, line] of linesOf(whole).entries()) {
      if (line.every((byte) => byte <= SPACE)) continue;
      const tab = line.indexOf(TAB);
      const name = line.subarray(0, Math.max(0, tab)).toString();
      const passphrase = isWanted(name, passphrases) ? usable(line.subarray(tab + 1)) : undefined;
      if (passphrase === undefined) throw new AppError('passphrases-file-line', { file, line: at + 1 });
      passphrases.set(name, passphrase);
    }
    return passphrases;
  } catch (error) {
    for (const passphrase of passphrases.values()) passphrase.fill(0);
    throw error;
  } finally {
    whole.fill(0);
  }
}

/**
 * Throws passphrases-file-exposed when others may read the file. Windows has no such modes. A file that has no mode to
 * look at passes, because reading it then fails with the reason.
 */
async function checkPrivate(file: string): Promise<void> {
  if (process.platform === 'win32') return;
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined && (found.mode & OTHERS) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    throw new AppError('passphrases-file-exposed', { file, mode });
  }
}

/** Splits bytes into lines, each with its line end. The lines share the memory of `whole`, to be wiped with it. */
function linesOf(whole: Buffer): Buffer[] {
  const lines: Buffer[] = [];
  for (let from = 0; from < whole.length;) {
    const end = whole.indexOf(LINE_END, from);
    const next = end === -1 ? whole.length : end + 1;
    lines.push(whole.subarray(from, next));
    from = next;
  }
  return lines;
}

function isWanted(name: string, known: ReadonlyMap<string, unknown>): boolean {
  return isValidName(name) && !known.has(name);
}

/** Returns a passphrase as the bytes that LUKS gets; undefined where it is empty or not UTF-8. */
function usable(bytes: Buffer): Uint8Array | undefined {
  try {
    return takePassphrase(bytes);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
