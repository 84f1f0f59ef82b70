import { readTypedLine } from '../../shared/secrets/typedLine.ts';
import type { RdcDependencies } from '../dependencies.ts';

/** Returns true when there is a person to ask: standard input and standard error are both a terminal. */
export function canAsk({ stdin, stderr }: Pick<RdcDependencies, 'stdin' | 'stderr'>): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}

/**
 * Asks for a line on standard error and reads it from standard input; `echo` shows it as it is typed. Throws
 * `cancelled` on Ctrl-C and at the end of input.
 */
export async function ask(
  { stdin, stderr }: Pick<RdcDependencies, 'stdin' | 'stderr'>,
  question: string,
  echo: boolean,
): Promise<Buffer> {
  stderr.write(question);
  stdin.setRawMode?.(true);
  try {
    const { buffer, byteOffset, length } = await readTypedLine(stdin, (shown) => {
      if (echo) stderr.write(shown);
    });
    return Buffer.from(buffer, byteOffset, length);
  } finally {
    stdin.setRawMode?.(false);
    stderr.write('\n');
  }
}

/** Asks until the answer is yes or no, in either language. */
export async function askYesNo(
  dependencies: Pick<RdcDependencies, 'stdin' | 'stderr'>,
  question: string,
): Promise<boolean> {
  for (;;) {
    const answer = (await ask(dependencies, question, true)).toString().trim().toLowerCase();
    if (['yes', 'y', 'oui', 'o'].includes(answer)) return true;
    if (['no', 'n', 'non'].includes(answer)) return false;
  }
}
