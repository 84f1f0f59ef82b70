import { randomBytes, randomUUID } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { Readable } from 'node:stream';
import { AppError, toAppError } from '../../shared/errors.ts';
import type { SshPool } from '../ssh/pool.ts';
import { runAsRoot } from '../ssh/root.ts';
import type { RootProcess } from '../ssh/root.ts';
import { isChannelRefused } from '../ssh/session.ts';
import type { SshProcess, SshTarget } from '../ssh/types.ts';
import { lost } from './agentEnded.ts';
import { createNoiseSkipper } from './hello.ts';
import type { MachineAccess } from './machineAccess.ts';
import { connectionIdentity } from './machineReference.ts';
import type { MachineReference } from './machineReference.ts';
import { createSudoAnswers } from './sudoPasswords.ts';
import type { SudoKnowledge } from './sudoPasswords.ts';

export interface RootAccessOptions {
  readonly pool: SshPool;
  /** The password for sudo, asked of the person when sudo wants one, and again when it was wrong; undefined: none. */
  readonly sudoPassword: (machine: MachineReference) => Promise<Buffer | undefined>;
}

interface Known extends SudoKnowledge {
  /** Counts the sessions that were given up. */
  generation: number;
}

/** Access over SSH. A sudo password is asked for once and kept in memory until sudo refuses it, or `close`. */
export function createRootAccess({ pool, sudoPassword }: RootAccessOptions): MachineAccess {
  const machines = new Map<string, Known>();
  const knownOf = (machine: MachineReference): Known => {
    const key = connectionIdentity(machine);
    const known = machines.get(key) ?? { generation: 0, password: undefined };
    machines.set(key, known);
    return known;
  };
  return {
    session: async (machine, { apart = false } = {}) => {
      const known = knownOf(machine);
      const { generation } = known;
      const sharing = apart ? randomUUID() : generation;
      const session = await pool.acquire(`${connectionIdentity(machine)} ${sharing}`, targetOf(machine));
      // A link that died unnoticed closes late; whoever asks after its end gets another one.
      const end = (): void => {
        if (!apart && known.generation === generation) known.generation += 1;
        session.end();
      };
      return { ...session, end };
    },
    runAsRoot: async (machine, session, argv, { pty }) => {
      const answers = createSudoAnswers(machine, knownOf(machine), sudoPassword);
      const marker = `[started-${randomBytes(12).toString('hex')}]`;
      // Until the marker comes back, sudo might take what is written for a password.
      const announced = ['sh', '-c', `printf %s '${marker}'; exec "$@"`, 'sh', ...argv];
      const child = await runAsRoot(session, announced, { password: answers.next, ...(pty && { pty }) });
      void child.refused.then(answers.refused);
      return onceStarted(child, marker, machine);
    },
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

/** The process, once it has written the marker; the marker and what came before it are left out of its output. */
async function onceStarted(
  child: RootProcess,
  marker: string,
  { machine }: MachineReference,
): Promise<SshProcess> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  child.stderr.pipe(stderr);
  const outcome = await Promise.race([announcement(child.stdout, marker), child.refused, child.exit]);
  if (outcome instanceof Error) {
    child.kill();
    throw outcome;
  }
  if (!(outcome instanceof Uint8Array)) throw notStarted(machine.host, outcome.code, stderr);
  stdout.write(outcome);
  child.stdout.pipe(stdout);
  return { ...child, stdout, stderr };
}

/** What follows the marker in the chunk that completes it, the stream then standing still; or why it does not come. */
function announcement(output: Readable, marker: string): Promise<Uint8Array | Error> {
  const skip = createNoiseSkipper(marker);
  return new Promise((resolve) => {
    const look = (chunk: Buffer): void => {
      try {
        const rest = skip(chunk);
        if (!rest) return;
        output.off('data', look);
        output.pause();
        resolve(rest);
      } catch (error) {
        output.off('data', look);
        resolve(toAppError(error));
      }
    };
    output.on('data', look);
  });
}

function notStarted(host: string, code: number | null, stderr: PassThrough): AppError {
  const output = String(stderr.read() ?? '').trim();
  if (code === null) return lost(host, output);
  return new AppError('command-failed', { command: 'sudo', exitCode: code, output });
}
