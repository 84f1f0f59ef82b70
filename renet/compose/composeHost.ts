import { spawn } from 'node:child_process';
import { mkdir, readFile, readdir, realpath } from 'node:fs/promises';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { AppError } from '../../shared/errors.ts';
import type { Notice } from '../../shared/notices.ts';
import { exists, hasCode, writeAtomically } from '../host.ts';
import type { ReadProject } from './composeFiles.ts';
import type { MadeContainer } from './madeContainers.ts';
import { createProjectReader } from './projectReader.ts';
import { readMounts } from '../mounts.ts';
import { RUN_FOLDER } from '../paths.ts';

/** The facts about a repository that `renet compose` needs. */
export interface RepositoryIdentity {
  guid: string;
  name: string;
  networkId: number;
}

/** The dependencies of `renet compose`, except the repository's own files. */
export interface ComposeDependencies {
  datastore: string;
  /** The folder of what ends with the boot; /run/rediacc on a machine. */
  run: string;
  isRoot: boolean;
  workingDirectory: string;
  environment: Readonly<Record<string, string | undefined>>;
  /** Returns the path without links; undefined when nothing is there. */
  realPath: (path: string) => Promise<string | undefined>;
  /** Lists the repositories of the datastore whose metadata can be read. */
  repositories: () => Promise<RepositoryIdentity[]>;
  isMounted: (path: string) => Promise<boolean>;
  readProject: ReadProject;
  /** Lists the containers that Compose has made on the repository's daemon; none while it is down. */
  madeContainers: (repository: RepositoryIdentity) => Promise<MadeContainer[]>;
  /**
   * Writes a file that only root can read. A file that is there already is left, because its path stands for its bytes.
   */
  keep: (path: string, text: string) => Promise<void>;
  notice: (notice: Notice) => Promise<void>;
  /** Runs a command on this process's standard streams. Resolves with its exit code; 128 + n when signal n ended it. */
  runCommand: (command: readonly string[], place: CommandPlace) => Promise<number>;
}

interface CommandPlace {
  directory: string;
  environment: Readonly<Record<string, string | undefined>>;
}

/** Returns the dependencies of `renet compose` on this machine. */
export function realComposeDependencies(datastore: string): ComposeDependencies {
  return {
    datastore,
    run: RUN_FOLDER,
    isRoot: process.getuid?.() === 0,
    workingDirectory: process.cwd(),
    environment: process.env,
    realPath,
    repositories: () => readIdentities(join(datastore, 'repositories')),
    isMounted: async (path) => (await readMounts()).some(({ mountPoint }) => mountPoint === path),
    readProject: createProjectReader([process.execPath, process.argv[1] ?? '']),
    madeContainers: async (repository) => (await import('./madeContainers.ts')).madeContainers(repository),
    keep: keepFile,
    notice: printNotice,
    runCommand: runInForeground,
  };

  async function realPath(path: string): Promise<string | undefined> {
    try {
      return await realpath(path);
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
      throw error;
    }
  }
}

/**
 * Reads the repositories' metadata with plain checks and without the schema, because loading the schema would take
 * longer than the rest of the start.
 */
async function readIdentities(folder: string): Promise<RepositoryIdentity[]> {
  const names = await readdir(folder).catch(() => []);
  const found = names
    .filter((name) => name.endsWith('.json'))
    .map((name) => readIdentity(join(folder, name)));
  return (await Promise.all(found)).filter((identity) => identity !== undefined);
}

async function readIdentity(path: string): Promise<RepositoryIdentity | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof value !== 'object' || value === null) return undefined;
    if (!('guid' in value) || !('name' in value) || !('networkId' in value)) return undefined;
    const { guid, name, networkId } = value;
    if (typeof guid !== 'string' || typeof name !== 'string' || typeof networkId !== 'number')
      return undefined;
    return { guid, name, networkId };
  } catch {
    // A repository whose metadata cannot be read is shown as damaged by `list`; Compose cannot run in it.
    return undefined;
  }
}

async function keepFile(path: string, text: string): Promise<void> {
  if (await exists(path)) return;
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await writeAtomically(path, text, { mode: 0o600 });
}

/** Writes a notice to the standard error, in the language of the environment. */
export async function printNotice(notice: Notice): Promise<void> {
  const [{ noticeText }, { textFor }, { escaped }] = await Promise.all([
    import('../../shared/text/noticeText.ts'),
    import('../../shared/text/language.ts'),
    import('../../shared/plain.ts'),
  ]);
  process.stderr.write(`renet: ${escaped(noticeText(notice, textFor(process.env)))}\n`);
}

function runInForeground(command: readonly string[], place: CommandPlace): Promise<number> {
  const [program = '', ...words] = command;
  // A terminal signals the whole foreground group, the command included. A second SIGINT would make Compose kill what
  // it is stopping gently, so it is only passed on where no terminal can have sent it.
  const onTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const handlers = {
    SIGINT: () => {
      if (!onTerminal) child.kill('SIGINT');
    },
    SIGTERM: () => void child.kill('SIGTERM'),
    SIGHUP: () => void child.kill('SIGHUP'),
  };
  // Set before the command starts: a signal that comes in between would end this process and leave the command running.
  for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
  const child = spawn(program, words, { cwd: place.directory, env: place.environment, stdio: 'inherit' });
  return new Promise<number>((resolve, reject) => {
    child.once('error', (error) => {
      reject(new AppError('command-failed', { command: program, exitCode: 127, output: error.message }));
    });
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
    );
  }).finally(() => {
    for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
  });
}
