import type { Pty, SshProcess, SshSession } from '../../ssh/types.ts';
import type { MachineReference } from '../machineReference.ts';

/** How the engine gets onto a machine; over true SSH: rootAccess.ts. */
export interface MachineAccess {
  /**
   * A session with the machine, shared with whoever else works there for the same context; `apart`: one of its own,
   * for its opener to end. Throws what connecting throws.
   */
  session(machine: MachineReference, options?: { apart?: boolean }): Promise<SshSession>;
  /**
   * Starts a program as root on a channel of its own; `argv` is quoted where it has to be. Resolves once sudo is past,
   * so that what is written to the process reaches the program and never sudo. Throws sudo's refusals and
   * `connection-lost`.
   */
  runAsRoot(
    machine: MachineReference,
    session: SshSession,
    argv: readonly string[],
    options: { pty?: Pty },
  ): Promise<SshProcess>;
  /** True when the machine's sshd does not allow one more channel on the session (MaxSessions). */
  isChannelRefused(error: unknown): boolean;
  close(): Promise<void>;
}
