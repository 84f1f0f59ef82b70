import { readFileSync } from 'node:fs';

/**
 * How long one process has to wait in silence, milliseconds. Commands such as `docker compose exec` read their terminal
 * as long as they run, whether or not they want anything: it takes one that neither ends nor gets anywhere.
 */
export const PATIENCE = 10_000;

/** One look at a running function. */
export interface InputLook {
  /** Milliseconds, of any clock that only goes forward. */
  at: number;
  /** Bytes the function has written so far. */
  output: number;
  /** Its processes that are blocked in reading their terminal now. */
  waiting: readonly number[];
}

/**
 * Tells from looks at a function whether it waits for input: one and the same process was seen reading the terminal at
 * every look for PATIENCE, and nothing was written meanwhile.
 */
export function createInputWatch(): (look: InputLook) => boolean {
  let since = new Map<number, number>();
  let written = 0;
  return ({ at, output, waiting }) => {
    const known = output === written ? since : new Map<number, number>();
    written = output;
    since = new Map(waiting.map((pid) => [pid, known.get(pid) ?? at]));
    return [...since.values()].some((begun) => at - begun >= PATIENCE);
  };
}

/** The number of read(2), which differs between processors (Linux, arch/x86/entry and include/uapi/asm-generic). */
const READ: Partial<Record<NodeJS.Architecture, string>> = { x64: '0', arm64: '63', riscv64: '63' };

/** Returns true for a /proc/PID/syscall that says: in read(0). */
export function readsInput(call: string, architecture = process.arch): boolean {
  const [number, descriptor] = call.split(' ');
  return number === READ[architecture] && descriptor === '0x0';
}

/** Returns true for a process blocked in read(0) on a terminal (docs/decisions/functions-run-on-a-terminal.md). */
export function readsTerminal(pid: number): boolean {
  try {
    const call = readFileSync(`/proc/${pid}/syscall`, 'utf8');
    return readsInput(call) && readFileSync(`/proc/${pid}/wchan`, 'utf8') === 'wait_woken';
  } catch {
    return false;
  }
}
