import { randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import { AppError } from '../../../shared/errors.ts';
import type { SshPool } from '../../ssh/pool.ts';
import { runAsRoot } from '../../ssh/root.ts';
import type { RootProcess } from '../../ssh/root.ts';
import { isChannelRefused } from '../../ssh/session.ts';
import type { SshProcess, SshTarget } from '../../ssh/types.ts';
import { lost } from '../agent/agentEnded.ts';
import type { MachineAccess } from './machineAccess.ts';
import { connectionIdentity } from '../machineReference.ts';
import type { MachineReference } from '../machineReference.ts';
import { createSudoAnswers } from './sudoPasswords.ts';
import type { SudoKnowledge } from './sudoPasswords.ts';

interface RootAccessOptions {
  readonly pool: SshPool;
  /**
   * Asks the person for the sudo password when sudo wants one. `again`: the last one was wrong. Resolves with undefined
   * when there is none.
   */
  readonly sudoPassword: (machine: MachineReference, again: boolean) => Promise<Buffer | undefined>;
}

interface Known extends SudoKnowledge {
  /** The fingerprint of the host key of the last session. */
  hostKey: string | undefined;
  /** The number of sessions that were given up. */
  generation: number;
}

/**
 * Makes the access over SSH. A sudo password is asked for once and kept in memory until sudo refuses it, or until
 * `close`.
 */
export function createRootAccess({ pool, sudoPassword }: RootAccessOptions): MachineAccess {
  const machines = new Map<string, Known>();
  const knownOf = (machine: MachineReference): Known => {
    const key = connectionIdentity(machine);
    const known = machines.get(key) ?? { generation: 0, password: undefined, hostKey: undefined };
    machines.set(key, known);
    return known;
  };
  return {
    session: async (machine, { apart = false } = {}) => {
      const known = knownOf(machine);
      const { generation } = known;
      const sharing = apart ? randomUUID() : generation;
      const session = await pool.acquire(`${connectionIdentity(machine)} ${sharing}`, targetOf(machine));
      known.hostKey = session.hostKey;
      // A link that died unnoticed closes late. A caller that asks after `end` gets another session.
      const end = (): void => {
        if (!apart && known.generation === generation) known.generation += 1;
        session.end();
      };
      return { ...session, end };
    },
    runAsRoot: async (machine, session, argv, { pty }) => {
      const answers = createSudoAnswers(machine, knownOf(machine), sudoPassword);
      const child = await runAsRoot(session, argv, { password: answers.next, ...(pty && { pty }) });
      void child.refused.then(answers.refused);
      return onceStarted(child, machine);
    },
    provenHostKey: (machine) => knownOf(machine).hostKey,
    isChannelRefused,
    close: () => {
      pool.endAll();
      machines.clear();
      return Promise.resolve();
    },
  };
}

function targetOf({ machine: { name, host, port, user }, sshKey }: MachineReference): SshTarget {
  return { host, port, user, keyFile: sshKey, machine: name };
}

/** Returns the process once sudo has started it. Throws sudo's refusal, or the reason why the process ended before. */
async function onceStarted(child: RootProcess, { machine }: MachineReference): Promise<SshProcess> {
  const stderr = new PassThrough();
  child.stderr.pipe(stderr);
  const outcome = await Promise.race([child.started, child.refused, child.exit]);
  if (outcome instanceof Error) throw outcome;
  if (outcome !== undefined) throw notStarted(machine.host, outcome.code, stderr);
  return { ...child, stderr };
}

function notStarted(host: string, code: number | null, stderr: PassThrough): AppError {
  const output = String(stderr.read() ?? '').trim();
  if (code === null) return lost(host, output);
  return new AppError('command-failed', { command: 'sudo', exitCode: code, output });
}
