import type { Readable, Writable } from 'node:stream';
import type { ContextStore } from '../electron/engine/context/contexts.ts';
import type { LocalEngine, People } from '../electron/engine/localEngine.ts';

export type { LocalEngine, People };

/** Standard input; the last two only when it is a terminal. */
export type Input = Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };

/** Standard output or error; the widths only when it is a terminal. */
export type Output = Writable & { isTTY?: boolean; columns?: number; rows?: number };

/** The program around the commands: what it reads and writes, and how it reaches its machines. */
export interface RdcDependencies {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `handler` on every Ctrl-C until the returned function takes it back. */
  onInterrupt(handler: () => void): () => void;
  contexts(): Promise<ContextStore>;
  /** Loads what speaks to machines; `people` answers what only a person can. */
  remote(people: People): Promise<LocalEngine>;
}
