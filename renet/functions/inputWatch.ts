import { readFileSync } from 'node:fs';

/**
 * The time that a process has to wait in silence to count as waiting for input, milliseconds. Commands such as `docker
 * compose exec` read their terminal all the time, whether or not they want anything; what gives the wait away is that
 * the process neither ends nor gets anywhere.
 */
export const PATIENCE_MILLISECONDS = 10_000;

/** The facts of one look at a running function. */
export interface InputLook {
  /** The time of the look, milliseconds of any clock that only goes forward. */
  at: number;
  /** The bytes that the function has written so far. */
  output: number;
  /** The processes of the function that are blocked in reading their terminal now. */
  waiting: readonly number[];
}

/**
 * Makes a function that is called with each look, and tells whether the function waits for input: the same process was
 * reading the terminal at every look for PATIENCE, and nothing was written meanwhile.
 */
export function createInputWatch(): (look: InputLook) => boolean {
  let since = new Map<number, number>();
  let written = 0;
  return ({ at, output, waiting }) => {
    const known = output === written ? since : new Map<number, number>();
    written = output;
    since = new Map(waiting.map((pid) => [pid, known.get(pid) ?? at]));
    return [...since.values()].some((begun) => at - begun >= PATIENCE_MILLISECONDS);
  };
}

/** The number of read(2) by processor (Linux, arch/x86/entry and include/uapi/asm-generic). */
const READ: Partial<Record<NodeJS.Architecture, string>> = { x64: '0', arm64: '63', riscv64: '63' };

/** Tells whether a /proc/PID/syscall says that the process is in read(0). */
export function readsInput(call: string, architecture = process.arch): boolean {
  const [number, descriptor] = call.split(' ');
  return number === READ[architecture] && descriptor === '0x0';
}

/** Tells whether a process is blocked in read(0) on a terminal (docs/decisions/functions-run-on-a-terminal.md). */
export function readsTerminal(pid: number): boolean {
  try {
    const call = readFileSync(`/proc/${pid}/syscall`, 'utf8');
    return readsInput(call) && readFileSync(`/proc/${pid}/wchan`, 'utf8') === 'wait_woken';
  } catch {
    return false;
  }
}
