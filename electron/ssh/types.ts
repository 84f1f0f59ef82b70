import type { Duplex, Readable, Writable } from 'node:stream';
import type { AppError } from '../../shared/errors.ts';

/** An account on a machine, and the key that it is opened with. */
export interface SshTarget {
  host: string;
  port: number;
  user: string;
  /** The absolute path of the private key. */
  keyFile: string;
  /** The name of the machine, for messages. */
  machine: string;
}

/** A command that runs on the other side. */
export interface SshProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /**
   * Resolves when the channel has closed, with the exit code, the signal's name, or neither when the link died. Never
   * rejects.
   */
  readonly exit: Promise<{ code: number | null; signal: string | null }>;
  /** Sends a signal (best effort) and closes the channel. */
  kill(): void;
  /** Changes the terminal's size. Has an effect only with a terminal. */
  resize?(columns: number, rows: number): void;
}

/** A terminal to run a command on. */
export interface Pty {
  term: string;
  columns: number;
  rows: number;
}

/** One connection to a machine. */
export interface SshSession {
  readonly target: SshTarget;
  /** The fingerprint of the host key that the other side has proven to have. */
  readonly hostKey: string;
  /** Runs a command. Its words are quoted here, once, for the login shell of the other side. */
  exec(command: readonly string[], options?: { pty?: Pty }): Promise<SshProcess>;
  /**
   * Connects to an address as seen from the other side. Throws nothing-listens, forwarding-not-allowed,
   * connection-lost.
   */
  forward(host: string, port: number): Promise<Duplex>;
  /**
   * Asks the SSH server for a sign of life, which takes no channel. Resolves when it has answered. Never rejects, and does not
   * resolve while the other side is silent.
   */
  answers(): Promise<void>;
  /** Resolves with the reason when the connection is over. Never rejects. */
  readonly closed: Promise<AppError>;
  /** Drops the connection at once. */
  end(): void;
}
