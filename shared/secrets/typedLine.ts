import { AppError } from '../errors.ts';
import { copyOf } from './secretBytes.ts';

/** The part of a terminal's input that a line is read from; it is in raw mode. */
export interface TypedInput {
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  off(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  once(event: 'end', listener: () => void): unknown;
  off(event: 'end', listener: () => void): unknown;
  pause(): unknown;
  resume(): unknown;
  unshift(chunk: Uint8Array): void;
}

const BACKSPACE = [0x08, 0x7f];
const LINE_END = [0x0a, 0x0d];
const CTRL_C = 0x03;
const CTRL_D = 0x04;
const CTRL_U = 0x15;

/**
 * Reads a line from a terminal in raw mode, as bytes. All that was typed is overwritten in memory, except the answer, which
 * the caller overwrites. `show` is told what a terminal would echo. Throws cancelled on Ctrl-C and at the end of input.
 */
export function readTypedLine(input: TypedInput, show: (text: string) => void): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const typed: number[] = [];
    const end = (settle: () => void): void => {
      input.off('data', onData);
      input.off('end', cancel);
      // Paused, so that bytes that are put back below wait for the next question.
      input.pause();
      settle();
      typed.fill(0);
    };
    const cancel = (): void => end(() => reject(new AppError('cancelled')));
    const take = (chunk: Uint8Array): void => {
      for (const [at, byte] of chunk.entries()) {
        if (byte === CTRL_C || (byte === CTRL_D && typed.length === 0)) {
          cancel();
          return;
        }
        if (LINE_END.includes(byte)) {
          end(() => resolve(copyOf(typed)));
          // Keys typed ahead are for the next question; a line end may be two bytes.
          const rest = chunk.subarray(byte === 0x0d && chunk[at + 1] === 0x0a ? at + 2 : at + 1);
          if (rest.length > 0) input.unshift(copyOf(rest));
          return;
        }
        edit(typed, byte, show);
      }
    };
    const onData = (chunk: Uint8Array): void => {
      take(chunk);
      chunk.fill(0);
    };
    input.on('data', onData);
    input.once('end', cancel);
    input.resume();
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
