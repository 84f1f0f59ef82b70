import type { SshProcess, SshSession } from '../../ssh/types.ts';
import type { MachineAccess } from './machineAccess.ts';
import type { MachineReference } from '../machineReference.ts';

/**
 * Starts a process on a channel of the shared connection. Where sshd allows no more channels there (MaxSessions),
 * starts it on a connection of its own, which ends with the process. Throws what connecting and `start` throw.
 */
export async function startWhereRoom(
  access: MachineAccess,
  machine: MachineReference,
  start: (session: SshSession) => Promise<SshProcess>,
): Promise<SshProcess> {
  const shared = await access.session(machine);
  try {
    return await start(shared);
  } catch (error) {
    if (!access.isChannelRefused(error)) throw error;
  }
  const own = await access.session(machine, { apart: true });
  try {
    const process = await start(own);
    void process.exit.then(() => own.end());
    return process;
  } catch (error) {
    own.end();
    throw error;
  }
}
