import type { Duplex, Readable, Writable } from 'node:stream';
import type { AppError } from '../../shared/errors.ts';

/** One account on one machine, and the key that opens it. */
export interface SshTarget {
  host: string;
  port: number;
  user: string;
  /** Absolute path of the private key. */
  keyFile: string;
  /** The machine's name, for messages. */
  machine: string;
}

/** A command that runs on the other side. */
export interface SshProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Settles when the channel closed: the exit code, or the signal's name, or neither when the link died. Never rejects. */
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
  /** Sends a signal (best effort) and closes the channel. */
  kill(): void;
  /** Only with a terminal. */
  resize?(columns: number, rows: number): void;
}

/** A terminal to run a command on. */
export interface Pty {
  term: string;
  columns: number;
  rows: number;
}

/** One connection. */
export interface SshSession {
  readonly target: SshTarget;
  /** Runs words, quoted once here for the login shell of the other side. */
  exec(command: readonly string[], options?: { pty?: Pty }): Promise<SshProcess>;
  /**
   * Connects to an address as seen from the other side. Throws nothing-listens, forwarding-not-allowed,
   * connection-lost.
   */
  forward(host: string, port: number): Promise<Duplex>;
  /** Settles once, when the connection is over, with why. Never rejects. */
  readonly closed: Promise<AppError>;
  end(): void;
}
