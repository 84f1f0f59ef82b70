import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { hostname } from 'node:os';
import { AppError } from '../../shared/errors.ts';
import { addressesOf, parseSlotsFile } from '../../shared/slots.ts';
import { refuseAnothersDaemon } from '../docker/daemonOwner.ts';
import { exists } from '../host.ts';
import { readInside } from '../repository/insideFile.ts';
import { dockerSocket, mountPath, slotsFile } from '../paths.ts';
import type { MachineDependencies } from '../machineDependencies.ts';
import { findWhatIsLeft } from '../repository/repositories.ts';
import { functionEnvironment } from '../functions/shellText.ts';

/**
 * Runs a command in a mounted repository's folder, with its daemon and its addresses in the environment. Standard
 * streams and terminal pass through. Resolves with the command's exit code. Throws not-mounted, repository-not-found,
 * daemon-of-another.
 */
export async function execIn(
  machine: MachineDependencies,
  nameOrGuid: string,
  command: readonly string[],
): Promise<number> {
  const { paths, volumes } = machine;
  const repository = await findWhatIsLeft(paths, nameOrGuid, hostname());
  const { guid, name, networkId } = repository;
  if (!(await volumes.isMounted(guid))) throw new AppError('not-mounted', { name });
  await refuseAnothersDaemon(paths, repository);
  const root = mountPath(paths, guid);
  const text = (await exists(slotsFile(paths, guid))) ? await readInside(root, '.rediacc.json') : undefined;
  const environment = functionEnvironment({
    path: root,
    guid,
    networkId,
    dockerHost: `unix://${dockerSocket(networkId)}`,
    addresses: addressesOf(parseSlotsFile(text, slotsFile(paths, guid)), networkId),
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
