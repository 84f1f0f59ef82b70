import { AppError } from '../../shared/errors.ts';
import type { Input, RdcDependencies } from '../dependencies.ts';

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
    return await readLine(stdin, (shown) => {
      if (echo) stderr.write(shown);
    });
  } finally {
    stdin.setRawMode?.(false);
    stderr.write('\n');
  }
}

const BACKSPACE = [0x08, 0x7f];
const LINE_END = [0x0a, 0x0d];
const CTRL_C = 0x03;
const CTRL_D = 0x04;
const CTRL_U = 0x15;

/** Reads a line from a terminal in raw mode, as bytes. All that was typed is wiped from memory, except the answer. */
function readLine(stdin: Input, show: (text: string) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let typed: number[] = [];
    const end = (settle: () => void): void => {
      stdin.off('data', onData);
      stdin.off('end', onEnd);
      // Paused, so that bytes that are put back below wait for the next question.
      stdin.pause();
      typed.fill(0);
      typed = [];
      settle();
    };
    const cancel = (): void => end(() => reject(new AppError('cancelled')));
    const onEnd = cancel;
    const onData = (chunk: Buffer): void => {
      for (const [at, byte] of chunk.entries()) {
        if (byte === CTRL_C || (byte === CTRL_D && typed.length === 0)) {
          cancel();
          return;
        }
        if (LINE_END.includes(byte)) {
          const answer = Buffer.from(typed);
          end(() => resolve(answer));
          // Keys typed ahead are for the next question; a line end may be two bytes.
          const rest = chunk.subarray(byte === 0x0d && chunk[at + 1] === 0x0a ? at + 2 : at + 1);
          if (rest.length > 0) stdin.unshift(Buffer.from(rest));
          return;
        }
        edit(typed, byte, show);
      }
      chunk.fill(0);
    };
    stdin.on('data', onData);
    stdin.once('end', onEnd);
    stdin.resume();
  });
}

function edit(typed: number[], byte: number, show: (text: string) => void): void {
  if (BACKSPACE.includes(byte)) {
    if (typed.length > 0) show('\b \b');
    // A character may be several bytes: its continuation bytes go with it.
    while (typed.length > 0 && isContinuation(typed.pop())) continue;
  } else if (byte === CTRL_U) {
    show('\b \b'.repeat(typed.filter((known) => !isContinuation(known)).length));
    typed.length = 0;
  } else if (byte >= 0x20) {
    typed.push(byte);
    show(byte < 0x80 ? String.fromCharCode(byte) : '');
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x80 && byte < 0xc0;
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
