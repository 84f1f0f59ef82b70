import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  lstat,
  mkdir,
  open,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  statfs,
  unlink,
} from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Writable } from 'node:stream';
import { AppError } from '../shared/errors.ts';
import { endAsOthers } from './memoryRank.ts';

/** The result of a command. */
interface CommandResult {
  exitCode: number;
  /** The output as UTF-8, of which at most 1 MiB is kept. */
  stdout: string;
  stderr: string;
}

/** The options of a command's run. */
interface CommandOptions {
  /** The bytes for standard input, by which secrets travel; it is empty without them. */
  input?: Uint8Array;
  /** The bytes for file descriptor 3, which is a socket. */
  second?: Uint8Array;
  /** The exit codes that are answers and not failures; 0 alone when left out. */
  expected?: readonly number[];
  /** Ends the command with SIGTERM when it aborts. */
  signal?: AbortSignal;
}

/**
 * Runs a command given as words. Resolves with its result when the exit code is an expected one. Throws command-failed.
 */
export type RunCommand = (command: readonly string[], options?: CommandOptions) => Promise<CommandResult>;

const OUTPUT_LIMIT = 1024 * 1024;

/**
 * Runs a program without a shell, in the C locale, with no variable of this process's environment but PATH, and with a
 * working directory outside every volume. Throws command-failed, with the command's own words, for an unexpected exit
 * code; disk-full when these say so.
 */
export const runCommand: RunCommand = async (command, options = {}) => {
  const [program = '', ...words] = command;
  const child = spawn(program, words, {
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', HOME: '/root' },
    stdio: ['pipe', 'pipe', 'pipe', ...(options.second === undefined ? [] : ['pipe' as const])],
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  if (child.pid !== undefined) endAsOthers(child.pid);
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  // A program may end without reading its input; its exit code then tells why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input);
  const second = child.stdio[3];
  if (second instanceof Writable) second.on('error', () => undefined).end(options.second);
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', (error) => reject(notStarted(program, error)));
    child.once('close', (code) => resolve(code ?? 255));
  });
  const result = { exitCode, stdout: stdout(), stderr: stderr() };
  if (!(options.expected ?? [0]).includes(exitCode)) throw commandFailed(command, result);
  return result;
};

function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let length = 0;
  stream.on('data', (chunk: Buffer) => {
    if (length < OUTPUT_LIMIT) chunks.push(chunk.subarray(0, OUTPUT_LIMIT - length));
    length += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function notStarted(program: string, error: NodeJS.ErrnoException): AppError {
  if (error.name === 'AbortError') return new AppError('cancelled');
  return new AppError(
    'command-failed',
    { command: program, exitCode: 127, output: error.message },
    { cause: error },
  );
}

function commandFailed(command: readonly string[], result: CommandResult): AppError {
  const output = (result.stderr.trim() || result.stdout.trim()).slice(-2000);
  if (/no space left on device/i.test(output)) return new AppError('disk-full', { path: output });
  return new AppError('command-failed', { command: command.join(' '), exitCode: result.exitCode, output });
}

/** Reads the text of a file; undefined when there is none. */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw error;
  }
}

/** Returns where a link leads; undefined when it is no link, or is gone. */
export async function readLinkIfThere(path: string): Promise<string | undefined> {
  try {
    return await readlink(path);
  } catch (error) {
    if (hasCode(error, 'EINVAL', 'ENOENT')) return undefined;
    throw error;
  }
}

/** Lists the entries of a folder; none when it is not there. */
export async function listIfThere(path: string): Promise<string[]> {
  try {
    return await readdir(path);
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}

/** Tells whether something, a dangling link included, stands at `path`. */
export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false;
    throw error;
  }
}

/** The end of the name of a file that is not yet whole: sixteen random digits. */
const UNFINISHED_NAME = /^[0-9a-f]{16}$/;

/**
 * Removes what killed writers of a file, and power cuts, left beside it (`writeAtomically`). Call it only under the lock
 * that every writer of the file holds. What cannot be removed is left to the next time: nothing reads it.
 */
export async function removeUnfinished(path: string): Promise<void> {
  const beginning = `.${basename(path)}.`;
  try {
    for (const name of await listIfThere(dirname(path)))
      if (name.startsWith(beginning) && UNFINISHED_NAME.test(name.slice(beginning.length)))
        await unlink(join(dirname(path), name));
  } catch {
    // It waits for the next writer.
  }
}

/** Replaces a file as `writeAtomically` does, and removes what others left beside it. Call it as `removeUnfinished`. */
export async function replaceAlone(
  path: string,
  text: string,
  fresh: Parameters<typeof writeAtomically>[2],
): Promise<void> {
  await removeUnfinished(path);
  await writeAtomically(path, text, fresh);
}

/**
 * Replaces a file in one step: a power cut leaves the old bytes or the new ones. An existing file keeps its owner and
 * mode; a new one gets those in `fresh`. Throws disk-full.
 */
export async function writeAtomically(
  path: string,
  text: string,
  fresh: { mode: number; uid?: number; gid?: number },
): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  // Of a link, whose mode lets everybody write, nothing is kept: it is replaced.
  const before = found?.isFile() === true ? found : undefined;
  const owner = { uid: before?.uid ?? fresh.uid ?? 0, gid: before?.gid ?? fresh.gid ?? 0 };
  const mode = before === undefined ? fresh.mode : before.mode & 0o7777;
  // A random name, opened exclusively, so that nothing is written through a file or link that somebody else put there.
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}`);
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    if (process.getuid?.() === 0) await file.chown(owner.uid, owner.gid);
    await file.chmod(mode);
    await file.sync();
    await file.close();
    await rename(temporary, path);
    await syncPath(dirname(path));
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(temporary).catch(() => undefined);
    throw asDiskFull(error, path);
  }
}

/** Makes changes last through a power cut: those to a file, or the renames and removals in a folder. */
export async function syncPath(path: string): Promise<void> {
  const opened = await open(path, 'r');
  try {
    await opened.sync();
  } finally {
    await opened.close();
  }
}

/**
 * Makes all that was written in the file system at `path` last through a power cut; by the program `sync`, because Node
 * has no syncfs(2).
 */
export async function syncFileSystem(run: RunCommand, path: string): Promise<void> {
  await run(['sync', '-f', path]);
}

/** Makes a folder, and those above it. Its mode and its owner, root, are set even when it was there. */
export async function ensureFolder(path: string, mode: number): Promise<void> {
  await mkdir(path, { recursive: true, mode });
  await chmod(path, mode);
  if (process.getuid?.() === 0) await chown(path, 0, 0);
}

/** Returns the bytes of the file system at `path`: in all, and free for accounts other than root. */
export async function diskSpace(path: string): Promise<{ total: number; available: number }> {
  const found = await statfs(path);
  return { total: found.blocks * found.bsize, available: found.bavail * found.bsize };
}

/** Removes a file or folder that may be gone already. */
export async function removeIfThere(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true });
}

/** Tells whether a caught value is a system error with one of these codes. */
export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code));
}

function asDiskFull(error: unknown, path: string): unknown {
  return hasCode(error, 'ENOSPC', 'EDQUOT') ? new AppError('disk-full', { path }, { cause: error }) : error;
}
