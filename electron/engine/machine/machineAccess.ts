import type { Pty, SshProcess, SshSession } from '../../ssh/types.ts';
import type { MachineReference } from '../machineReference.ts';

/** The engine's way onto a machine; rootAccess.ts has the one over SSH. */
export interface MachineAccess {
  /**
   * Opens a session with the machine, which all callers of the same context share. `apart`: a session of its own, which
   * its opener has to end. Throws what connecting throws.
   */
  session(machine: MachineReference, options?: { apart?: boolean }): Promise<SshSession>;
  /**
   * Starts a program as root on a channel of its own. `argv` is quoted where necessary. Resolves once sudo has let the
   * program start, so that what is written to the process reaches the program and never sudo. Throws sudo's refusals
   * and `connection-lost`.
   */
  runAsRoot(
    machine: MachineReference,
    session: SshSession,
    argv: readonly string[],
    options: { pty?: Pty },
  ): Promise<SshProcess>;
  /**
   * Returns the fingerprint of the host key that the machine has last proven to have, in this run of the program. It
   * connects to nothing: undefined when there was no session yet.
   */
  provenHostKey(machine: MachineReference): string | undefined;
  /** Returns true for the error of an sshd that allows no more channels on the session (MaxSessions). */
  isChannelRefused(error: unknown): boolean;
  close(): Promise<void>;
}
