import type { Readable, Writable } from 'node:stream';
import type { ContextStore } from '../electron/engine/context/contexts.ts';
import type { LocalEngine, People } from '../electron/engine/localEngine.ts';

export type { LocalEngine, People };

/** Standard input; `isTTY` and `setRawMode` are there only when it is a terminal. */
export type Input = Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };

/** Standard output or error; `isTTY`, `columns` and `rows` are there only when it is a terminal. */
export type Output = Writable & { isTTY?: boolean; columns?: number; rows?: number };

/** The dependencies of `rdc`: its streams, its environment, the clock, and the way to its contexts and machines. */
export interface RdcDependencies {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** Returns the time, in milliseconds since the epoch. */
  now(): number;
  /** Calls `handler` on every Ctrl-C, until the function that comes back is called. */
  onInterrupt(handler: () => void): () => void;
  /** Loads the store of contexts on this computer. */
  contexts(): Promise<ContextStore>;
  /** Loads the engine that speaks to machines; it puts questions that only a person can answer to `people`. */
  remote(people: People): Promise<LocalEngine>;
}
