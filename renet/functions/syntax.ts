import { AppError } from '../../shared/errors.ts';
import type { RunCommand } from '../host.ts';
import { readBytesInside } from '../repository/insideFile.ts';

/** The time that bash has for one file. One of 1 MiB takes a tenth of it on a slow machine. */
const LIMIT_MILLISECONDS = 10_000;
/** The exit code of a bash that a signal ended: thousands of open brackets overflow its stack. */
const NO_ANSWER = 255;

/**
 * Checks a Rediaccfile by `bash -n`, which runs nothing of it; `path` is relative to the repository's `root`. It is valid
 * when bash takes it with extglob or without: each has texts that the other refuses. Bash gets
 * on standard input the bytes that were read here, and never the path: what stands there may be another file by then, or
 * a pipe. Of what bash says only the line number is used, as bash quotes the line, which may hold a secret. Throws
 * rediaccfile-encoding when it is no text that bash reads, rediaccfile-syntax with the line, rediaccfile-unchecked when
 * bash gives no answer in time, and the errors of readInside.
 */
export async function checkRediaccfile(
  root: string,
  path: string,
  run: RunCommand,
  limit: number = LIMIT_MILLISECONDS,
): Promise<void> {
  const input = await readBytesInside(root, path);
  const encoding = strangeEncoding(input);
  if (encoding !== undefined) throw new AppError('rediaccfile-encoding', { file: path, reason: encoding });
  const signal = AbortSignal.timeout(limit);
  const check = async (...options: string[]): Promise<{ valid: boolean; line: number | undefined }> => {
    const command = ['bash', ...options, '-n'];
    const checked = await run(command, { input, signal, expected: [0, 1, 2, NO_ANSWER] }).catch(
      (error: unknown) => {
        if (signal.aborted) throw new AppError('rediaccfile-unchecked', { file: path });
        throw error;
      },
    );
    const line = /^bash: line (\d{1,9}): (?!warning)/m.exec(checked.stderr)?.[1];
    const isTold = checked.exitCode !== NO_ANSWER && line !== undefined;
    return { valid: checked.exitCode === 0, line: isTold ? Number(line) : undefined };
  };
  const plain = await check();
  if (plain.valid) return;
  // A file may turn extglob on for itself, which `bash -n` does not run. Only then its second answer is about the file.
  const extended = await check('-O', 'extglob');
  if (extended.valid) return;
  if (input.includes('\r\n')) throw new AppError('rediaccfile-encoding', { file: path, reason: 'line-ends' });
  const { line } = input.includes('extglob') ? extended : plain;
  if (line === undefined) throw new AppError('rediaccfile-unchecked', { file: path });
  throw new AppError('rediaccfile-syntax', { file: path, line, reason: 'syntax-error' });
}

type Encoding = 'utf-16' | 'byte-order-mark' | 'nul-bytes' | 'line-ends';

/**
 * Returns the reason for which bash would read these bytes in another way than an editor shows them; undefined without one.
 * Single lines that end with CR LF may be meant, in a here-document; a file of such lines is not.
 */
function strangeEncoding(bytes: Uint8Array): Encoding | undefined {
  const input = Buffer.from(bytes);
  const start = input.subarray(0, 3).toString('hex');
  if (/^(fffe|feff)/.test(start)) return 'utf-16';
  if (start === 'efbbbf') return 'byte-order-mark';
  // Text in UTF-16 has a NUL in each letter that ASCII has, the first too.
  if (input.includes(0)) return input.subarray(0, 2).includes(0) ? 'utf-16' : 'nul-bytes';
  const lines = input.toString('latin1').split('\n').slice(0, -1);
  return lines.length > 0 && lines.every((line) => line.endsWith('\r')) ? 'line-ends' : undefined;
}
