import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createConnection } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SandboxError } from './errors.ts';

/** The data to reach a machine by ssh. */
export interface Access {
  port: number;
  /** The private key's file. */
  key: string;
  /** The file that holds the machine's host key, under the name "sandbox". */
  knownHosts: string;
}

/** Returns the words after `ssh` that reach the machine as `user`, whatever the person's own settings of ssh are. */
export function sshArguments(access: Access, user: string): string[] {
  const options = [
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile="${access.knownHosts}"`,
    'GlobalKnownHostsFile=/dev/null',
    // The host key belongs to the machine, not to the port it happens to have.
    'HostKeyAlias=sandbox',
    'IdentitiesOnly=yes',
    'IdentityAgent=none',
    'BatchMode=yes',
    'LogLevel=ERROR',
    'ConnectTimeout=60',
  ];
  const words = ['-F', '/dev/null', '-i', access.key, '-p', String(access.port)];
  return [...words, ...options.flatMap((option) => ['-o', option]), `${user}@127.0.0.1`];
}

/** Returns the fingerprint of the contents of a public key file, as ssh writes it: "SHA256:...". */
export function fingerprint(publicKey: string): string {
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`;
}

/**
 * Returns true when the SSH server greets within `milliseconds`. QEMU accepts connections long before the machine does.
 */
async function greets(port: number, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const end = (answer: boolean): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(milliseconds, () => end(false));
    socket.on('data', (data) => end(data.toString('latin1').startsWith('SSH-')));
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
  });
}

/** Waits until the machine's SSH server greets. @throws SandboxError after `seconds`. */
export async function waitForGreeting(port: number, seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000;
  while (!(await greets(port, 5000))) {
    if (performance.now() > end) {
      throw new SandboxError(`The machine did not answer by ssh on port ${port} within ${seconds} s.`);
    }
    await sleep(200);
  }
}

/**
 * Runs a bash script on the machine as root and returns its standard output. When the script writes the line "ready",
 * `whenReady` returns what to put on its standard input next.
 */
export async function runAsGuestRoot(
  access: Access,
  script: string,
  whenReady?: () => string,
): Promise<string> {
  // The script travels on standard input, so nothing in it shows in a list of processes. In braces bash reads it whole
  // before it starts, and leaves what follows to the script's own `read`.
  const whole = `{\n${script}\n}\n`;
  const child = spawn('ssh', [...sshArguments(access, 'deploy'), 'sudo', 'bash', '-s']);
  let output = '';
  let errors = '';
  let answered = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (!answered && whenReady !== undefined && /^ready$/m.test(output)) {
      answered = true;
      child.stdin.end(`${whenReady()}\n`);
    }
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  // A machine that goes away closes the pipe; the exit code tells that.
  child.stdin.on('error', () => undefined);
  if (whenReady === undefined) child.stdin.end(whole);
  else child.stdin.write(whole);
  const code = await new Promise<number | string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (status, signal) => resolve(status ?? signal ?? 'unknown'));
  });
  if (code !== 0) throw new SandboxError(`The machine's shell ended with ${code}: ${errors.trim()}`);
  return output;
}

/** Runs a command on the machine as `user`, with this terminal, and returns its exit code. */
export async function openShell(access: Access, user: string, command: string[]): Promise<number> {
  const terminal = command.length === 0 && process.stdin.isTTY ? ['-t'] : [];
  const words = [...terminal, ...sshArguments(access, user), ...command];
  const child = spawn('ssh', words, { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 255));
  });
}
