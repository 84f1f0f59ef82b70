import type { Readable, Writable } from 'node:stream';
import type { ContextStore } from '../electron/engine/contexts.ts';
import type { Engine, MachineReference } from '../electron/engine/engine.ts';
import type { Setup } from '../electron/engine/setup.ts';

/** Standard input; the last two only when it is a terminal. */
export type Input = Readable & { isTTY?: boolean; setRawMode?: (raw: boolean) => unknown };

/** Standard output or error; the widths only when it is a terminal. */
export type Output = Writable & { isTTY?: boolean; columns?: number; rows?: number };

/** The program around the commands: what it reads and writes, and how it reaches its machines. */
export interface World {
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
  remote(people: People): Promise<Remote>;
}

/** What only a person at a terminal, or a file of theirs, can answer. */
export interface People {
  sudoPassword(machine: MachineReference): Promise<Buffer | undefined>;
  /** True to trust a host key that nobody has seen before. */
  trustHostKey(key: HostKey): Promise<boolean>;
}

/** A host key as people compare it. */
export interface HostKey {
  readonly host: string;
  /** Its algorithm, such as ssh-ed25519. */
  readonly type: string;
  /** SHA256:... */
  readonly fingerprint: string;
}

/** What speaks to machines. */
export interface Remote {
  readonly engine: Engine;
  readonly setup: Setup;
  /** Connects as far as the host key. `known`: it was trusted before; else it is asked for by People. */
  scanKeys(machine: MachineReference, expect?: string): Promise<HostKey & { known: boolean }>;
  close(): Promise<void>;
}
