import { readFile } from 'node:fs/promises';
import { AppError, fill } from '../../shared/errors.ts';
import { passphraseBytes } from '../../shared/verdict.ts';
import type { Text } from '../../shared/text/text.ts';
import { ask, canAsk } from './prompt.ts';
import type { Input, RdcDependencies } from '../dependencies.ts';

type Terminal = Pick<RdcDependencies, 'stdin' | 'stderr'>;

/** Where a passphrase comes from. */
interface PassphraseSource {
  /** A file, `-` for standard input; without it the person is asked. */
  readonly file: string | undefined;
  /** The repository's name, for the question. */
  readonly name: string;
  /** A new passphrase is asked for twice. */
  readonly isNew: boolean;
  /** A new one that takes another's place, which the question says. */
  readonly replaces?: boolean;
}

/**
 * A passphrase as LUKS gets it; the caller wipes it after use. Without a file and without a terminal it is
 * `passphrase-missing`: standard input is never read unless the file is `-`.
 */
export async function readPassphrase(
  terminal: Terminal,
  source: PassphraseSource,
  text: Text,
): Promise<Uint8Array> {
  const { file, name } = source;
  if (file !== undefined) return usePassphrase(await readSecretFile(terminal.stdin, file));
  const { replaces = false } = source;
  if (!canAsk(terminal))
    throw new AppError(replaces ? 'new-passphrase-missing' : 'passphrase-missing', { name });
  const question = fill(replaces ? text.cli.newPassphrasePrompt : text.cli.passphrasePrompt, { name });
  for (;;) {
    const first = usePassphrase(await ask(terminal, question, false));
    if (!source.isNew) return first;
    const second = usePassphrase(await ask(terminal, text.cli.passphraseAgain, false));
    const same = Buffer.from(first).equals(second);
    second.fill(0);
    if (same) return first;
    first.fill(0);
    terminal.stderr.write(`${text.cli.passphrasesDiffer}\n`);
  }
}

/** What was read as LUKS gets it; what was read is wiped. Throws passphrase-empty, passphrase-not-text. */
export function usePassphrase(read: Buffer): Uint8Array {
  try {
    return passphraseBytes(new TextDecoder('utf-8', { fatal: true }).decode(read));
  } catch (error) {
    throw error instanceof TypeError ? new AppError('passphrase-not-text', {}, { cause: error }) : error;
  } finally {
    read.fill(0);
  }
}

/** The password for sudo out of a file, without its line end; the caller wipes it. */
export async function readPasswordFile(stdin: Input, file: string): Promise<Buffer> {
  const bytes = await readSecretFile(stdin, file);
  let end = bytes.length;
  if (bytes[end - 1] === 0x0a) end -= 1;
  if (end < bytes.length && bytes[end - 1] === 0x0d) end -= 1;
  return bytes.subarray(0, end);
}

/** The bytes of a file, `-` for standard input; the caller wipes them. Throws file-not-found, not-permitted. */
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
