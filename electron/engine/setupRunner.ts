import { AppError } from '../../shared/errors.ts';
import type { MachineAccess } from './machineAccess.ts';
import type { RootRunner } from './setup.ts';

/** Runs the set-up's words over SSH, as root. Throws what connecting throws, and `connection-lost`. */
export function createRootRunner(access: MachineAccess): RootRunner {
  return async (machine, words, { stdin, onOutput }) => {
    const session = await access.session(machine);
    const child = await access.runAsRoot(machine, session, words, {});
    child.stdout.on('data', onOutput);
    child.stderr.on('data', onOutput);
    // A script that refuses early leaves the rest unread; its exit code tells.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    const { code, signal } = await child.exit;
    if (code !== null) return { exitCode: code };
    if (signal !== null) throw new AppError('command-failed', { command: words[0], exitCode: signal, output: '' });
    throw new AppError('connection-lost', { host: machine.machine.host, reason: 'EOF' });
  };
}
