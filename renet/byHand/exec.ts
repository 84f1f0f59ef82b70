import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, hostname } from 'node:os';
import { AppError } from '../../shared/errors.ts';
import { addressesOf } from '../../shared/network/slots.ts';
import { printNotice } from '../compose/composeHost.ts';
import { refuseAnothersDaemon } from '../docker/daemonOwner.ts';
import { runCommand } from '../host.ts';
import { dockerSocket, mountPath } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { reachOf } from '../repository/allowed.ts';
import { findWhatIsLeft } from '../repository/repositories.ts';
import { readSlots } from '../repository/slotsFile.ts';
import { enterOwnScope, ownGroup } from '../functions/ownUnit.ts';
import { functionEnvironment } from '../functions/shellText.ts';

/**
 * Runs a command in a mounted repository's folder, with its daemon and its addresses in the environment. It reaches the
 * addresses that the repository reaches (`enter`); where systemd cannot be asked for that, it says so and runs all the
 * same. Standard streams and terminal pass through. Resolves with the command's exit code. Throws not-mounted,
 * repository-not-found, daemon-of-another.
 */
export async function execIn(
  machine: MachineDependencies,
  nameOrGuid: string,
  command: readonly string[],
  enter = enterReach,
): Promise<number> {
  const { paths, volumes } = machine;
  const repository = await findWhatIsLeft(paths, nameOrGuid, hostname());
  const { guid, name, networkId } = repository;
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  await refuseAnothersDaemon(paths, repository);
  const root = mountPath(paths, guid);
  const environment = functionEnvironment({
    path: root,
    guid,
    networkId,
    dockerHost: `unix://${dockerSocket(networkId)}`,
    addresses: addressesOf(await readSlots(paths, guid), networkId),
  });
  await enter(networkId, await reachOf(paths, repository)).catch(async (error: unknown) => {
    if (!(error instanceof AppError && error.code === 'command-failed')) throw error;
    // A small machine may have no message bus. A shell on it is worth more than the wall, which root could leave anyway.
    const reason = String(error.details['output'] ?? error.code);
    await printNotice({ code: 'command-unbounded', details: { name, reason } });
  });
  const [program = '', ...words] = command;
  const terminal = process.env['TERM'];
  // The terminal signals the whole foreground group, so the command gets an interruption too and decides what it means.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  const child = spawn(program, words, {
    cwd: root,
    env: terminal === undefined ? environment : { ...environment, TERM: terminal },
    stdio: 'inherit',
  });
  return new Promise((resolve, reject) => {
    child.once('error', (error) => {
      reject(new AppError('command-failed', { command: program, exitCode: 127, output: error.message }));
    });
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  });
}

/** Moves this process to where only these addresses are reached. */
async function enterReach(networkId: number, reach: readonly string[]): Promise<void> {
  // The control group of a function, which calls this program, has its reach, and ends everything in it with it.
  if (ownGroup().includes('/rediacc-op-')) return;
  const scope = `rediacc-exec-${networkId}-${randomBytes(4).toString('hex')}.scope`;
  await enterOwnScope(runCommand, scope, reach);
}
