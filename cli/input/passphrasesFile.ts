import { stat } from 'node:fs/promises';
import { AppError } from '../../shared/errors.ts';
import { isValidName } from '../../shared/names.ts';
import { readSecretFile, usePassphrase } from './secrets.ts';
import type { Input } from '../dependencies.ts';

const TAB = 0x09;
const LINE_END = 0x0a;
const SPACE = 0x20;
const OTHERS = 0o077;

/**
 * Passphrases as LUKS gets them, by the name of their repository, out of a file with lines `name<TAB>passphrase`; the
 * caller wipes them. Empty lines are skipped; an error names a line's number and nothing of what stands in it. Throws
 * passphrases-file-exposed when others may read the file, passphrases-file-line.
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

/** Windows has no such modes. A file that cannot be looked at cannot be read either, which then says why. */
async function checkPrivate(file: string): Promise<void> {
  if (process.platform === 'win32') return;
  const found = await stat(file).catch(() => undefined);
  if (found !== undefined && (found.mode & OTHERS) !== 0) {
    const mode = (found.mode & 0o777).toString(8).padStart(4, '0');
    throw new AppError('passphrases-file-exposed', { file, mode });
  }
}

/** Lines with their ends, as parts of `whole`. */
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

/** Undefined where it is empty or no text. */
function usable(bytes: Buffer): Uint8Array | undefined {
  try {
    return usePassphrase(bytes);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
