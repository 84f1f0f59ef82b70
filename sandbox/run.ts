import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { SandboxError } from './errors.ts';

interface RunOptions {
  cwd?: string;
  environment?: NodeJS.ProcessEnv;
  /** A file to which the output is appended instead of being returned. An error quotes its end. */
  log?: string;
}

/**
 * Runs a program to its end and returns its standard output.
 * @throws SandboxError with the last lines of output when the program cannot be started or its exit code is not 0.
 */
export async function runOnHost(command: string, words: string[], options: RunOptions = {}): Promise<string> {
  const log = options.log === undefined ? undefined : openSync(options.log, 'a');
  let output = '';
  let errors = '';
  const code = await new Promise<number | string>((resolve) => {
    const child = spawn(command, words, {
      cwd: options.cwd,
      env: options.environment,
      stdio: ['ignore', log ?? 'pipe', log ?? 'pipe'],
    });
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status, signal) => resolve(status ?? signal ?? 'unknown'));
  });
  if (log !== undefined) closeSync(log);
  if (code === 0) return output;
  const written = options.log === undefined ? errors : await readFile(options.log, 'utf8');
  const end = written.trimEnd().split('\n').slice(-12).join('\n');
  const where = options.log === undefined ? '' : ` The whole log: ${options.log}`;
  throw new SandboxError(`${command} ${words[0] ?? ''} failed (${code}).${where}\n${end}`);
}

/** Returns a command that runs as root: the same one for root, else through sudo without a prompt. */
export function asRoot(command: string, words: string[]): [string, string[]] {
  return process.getuid?.() === 0 ? [command, words] : ['sudo', ['-n', command, ...words]];
}
