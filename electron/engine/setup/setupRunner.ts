import type { Readable } from 'node:stream';
import { lost } from '../agent/agentEnded.ts';
import type { MachineAccess } from '../machine/machineAccess.ts';
import { startWhereRoom } from '../machine/room.ts';
import type { RootRunner } from './setup.ts';

/**
 * Makes a runner of the set-up's commands as root. It throws what connecting throws, what sudo refuses, and
 * `connection-lost`.
 */
export function createRootRunner(access: MachineAccess): RootRunner {
  return async (machine, words, { stdin, onOutput }) => {
    const child = await startWhereRoom(access, machine, (session) =>
      access.runAsRoot(machine, session, words, {}),
    );
    // A script that refuses early leaves the rest of its input unread; its exit code tells the failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    const read = [drain(child.stdout, onOutput), drain(child.stderr, onOutput)];
    const { code, signal } = await child.exit;
    await Promise.all(read);
    if (code === null) throw lost(machine.machine.host, signal ?? '');
    return { exitCode: code };
  };
}

async function drain(from: Readable, onOutput: (bytes: Uint8Array) => void): Promise<void> {
  try {
    for await (const bytes of from as AsyncIterable<Uint8Array>) onOutput(bytes);
  } catch {
    // A stream breaks only with its connection, and then the exit has no code.
  }
}
