import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { arrival } from './arrival.ts';

const SSHD = '/usr/sbin/sshd';

/** The reason why the SSH tests cannot run on this computer; undefined when they can. */
export const cannotRun = existsSync(SSHD) ? undefined : `SKIPPED: there is no ${SSHD}`;

/** A true OpenSSH server on loopback, for the account that runs the tests. */
export interface Sshd {
  port: number;
  folder: string;
  user: string;
  /** The file of a private key that the server accepts; `strangerKey` is one that it does not. */
  key: string;
  strangerKey: string;
  /** The public host keys, such as "ssh-ed25519 AAAA...". */
  hostKeys: { ed25519: string; rsa: string };
  /** Ends every session at the server, as a cut cable would look to us. */
  killSessions(): void;
  stop(): Promise<void>;
}

/** The files of a server that can be started: its keys, and its configuration in the file `config` of `folder`. */
export type SshdFiles = Omit<Sshd, 'killSessions' | 'stop'>;

/**
 * Makes keys and the configuration of a server. `lines` are added to the configuration, `path` goes first in the PATH
 * of its sessions, `variables` are theirs too.
 */
export async function makeSshdFiles(
  folder: string,
  lines: readonly string[] = [],
  path = '',
  variables: Readonly<Record<string, string>> = {},
): Promise<SshdFiles> {
  const file = (name: string): string => join(folder, name);
  const makeKey = (name: string, type: string, passphrase = ''): void => {
    execFileSync('ssh-keygen', ['-q', '-t', type, '-N', passphrase, '-C', '', '-f', file(name)]);
  };
  makeKey('host_ed25519', 'ed25519');
  makeKey('host_rsa', 'rsa');
  makeKey('id', 'ed25519');
  makeKey('stranger', 'ed25519');
  makeKey('locked', 'ed25519', 'secret');
  writeFileSync(
    file('authorized'),
    readFileSync(file('id.pub'), 'utf8') + readFileSync(file('locked.pub'), 'utf8'),
  );
  chmodSync(file('authorized'), 0o600);
  // Debian's sshd needs this folder for its privilege separation.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const port = await freePort();
  const environment = { PATH: `${path}${path === '' ? '' : ':'}/usr/sbin:/usr/bin:/sbin:/bin`, ...variables };
  const configuration = [
    ...lines,
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${file('host_ed25519')}`,
    `HostKey ${file('host_rsa')}`,
    `AuthorizedKeysFile ${file('authorized')}`,
    `PidFile ${file('pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    `SetEnv ${Object.entries(environment)
      .map(([name, value]) => `${name}=${value}`)
      .join(' ')}`,
    '',
  ];
  writeFileSync(file('config'), configuration.join('\n'));
  const hostKey = (name: string): string =>
    readFileSync(file(name), 'utf8').trim().split(' ').slice(0, 2).join(' ');
  return {
    port,
    folder,
    user: userInfo().username,
    key: file('id'),
    strangerKey: file('stranger'),
    hostKeys: { ed25519: hostKey('host_ed25519.pub'), rsa: hostKey('host_rsa.pub') },
  };
}

/** Starts a server; `lines` are added to its configuration, `path` goes first in the PATH of its sessions. */
export async function startSshd(lines: readonly string[] = [], path = ''): Promise<Sshd> {
  const files = await makeSshdFiles(mkdtempSync(join(tmpdir(), 'rediacc-sshd-')), lines, path);
  const { folder, port } = files;
  const server: ChildProcess = spawn(SSHD, ['-D', '-e', '-f', join(folder, 'config')], { stdio: 'ignore' });
  await arrival('an answer of sshd', untilItAnswers(port));
  return {
    ...files,
    killSessions: () => {
      execFileSync('pkill', ['-KILL', '-P', String(server.pid)]);
    },
    stop: async () => {
      const ended = once(server, 'exit');
      server.kill();
      await arrival('the end of sshd', ended);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

async function untilItAnswers(port: number): Promise<void> {
  for (;;) {
    const answered = await new Promise<boolean>((resolve) => {
      const socket = connectSocket(port, '127.0.0.1');
      socket.once('data', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (answered) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
