import { readFile } from 'node:fs/promises';
import { AppError, fill } from '../../shared/errors.ts';
import { takePassphrase } from '../../shared/secrets/passphrase.ts';
import type { Text } from '../../shared/text/text.ts';
import { ask, canAsk } from './prompt.ts';
import type { Input, RdcDependencies } from '../dependencies.ts';

type Terminal = Pick<RdcDependencies, 'stdin' | 'stderr'>;

/** The source of a passphrase. */
interface PassphraseSource {
  /** The file to read it from, `-` for standard input; without it the person is asked. */
  readonly file: string | undefined;
  /** The repository's name, for the question. */
  readonly name: string;
  /** True for a new passphrase, which the person is asked for twice. */
  readonly isNew: boolean;
  /** True for a new passphrase that takes the place of another, which the question says. */
  readonly replaces?: boolean;
}

/**
 * Reads a passphrase from a file or asks for it, and resolves with the bytes that LUKS gets; the caller wipes them.
 * Standard input is never read unless the file is `-`: without a file and a terminal it throws passphrase-missing or
 * new-passphrase-missing. Also throws passphrase-empty, passphrase-not-text, and `cancelled` on Ctrl-C.
 */
export async function readPassphrase(
  terminal: Terminal,
  source: PassphraseSource,
  text: Text,
): Promise<Uint8Array> {
  const { file, name } = source;
  if (file !== undefined) return takePassphrase(await readSecretFile(terminal.stdin, file));
  const { replaces = false } = source;
  if (!canAsk(terminal))
    throw new AppError(replaces ? 'new-passphrase-missing' : 'passphrase-missing', { name });
  const question = fill(replaces ? text.cli.newPassphrasePrompt : text.cli.passphrasePrompt, { name });
  for (;;) {
    const first = takePassphrase(await ask(terminal, question, false));
    if (!source.isNew) return first;
    const second = takePassphrase(await ask(terminal, text.cli.passphraseAgain, false));
    const same = Buffer.compare(first, second) === 0;
    second.fill(0);
    if (same) return first;
    first.fill(0);
    terminal.stderr.write(`${text.cli.passphrasesDiffer}\n`);
  }
}

/** Reads the password for sudo from a file, without the line end; the caller wipes it. */
export async function readPasswordFile(stdin: Input, file: string): Promise<Buffer> {
  const bytes = await readSecretFile(stdin, file);
  let end = bytes.length;
  if (bytes[end - 1] === 0x0a) end -= 1;
  if (end < bytes.length && bytes[end - 1] === 0x0d) end -= 1;
  return bytes.subarray(0, end);
}

/** Reads a file, `-` for standard input; the caller wipes the bytes. Throws file-not-found, not-permitted. */
export async function readSecretFile(stdin: Input, file: string): Promise<Buffer> {
  if (file !== '-') {
    return readFile(file).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
        throw new AppError('file-not-found', { file }, { cause: error });
      }
      const reason = error instanceof Error ? error.message : String(error);
      throw new AppError('not-permitted', { reason }, { cause: error });
    });
  }
  const chunks: Buffer[] = [];
  for await (const chunk of stdin as AsyncIterable<Buffer>) chunks.push(chunk);
  const whole = Buffer.concat(chunks);
  for (const chunk of chunks) chunk.fill(0);
  return whole;
}
