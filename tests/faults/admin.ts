import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLink } from '../support/link.ts';
import type { Link } from '../support/link.ts';
import type { SshdFiles } from '../support/sshd.ts';

/** How a run of `rdc` ended; `code` is null when it was killed. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A run of `rdc`. */
export interface RunningRdc {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  isOver(): boolean;
}

/** An admin: the built `rdc`, which knows one machine as "m", and the cable to that machine. */
export interface Admin {
  readonly link: Link;
  /** The folder of this admin's files. */
  readonly folder: string;
  start(words: readonly string[], input?: string): RunningRdc;
  run(words: readonly string[], input?: string): Promise<Ended>;
  remove(): Promise<void>;
}

/** Makes an admin of the machine with this server. */
export async function makeAdmin(rdc: string, sshd: SshdFiles): Promise<Admin> {
  const folder = mkdtempSync(join(tmpdir(), 'rediacc-admin-'));
  const link = await startLink(sshd.port);
  const configuration = join(folder, 'config');
  mkdirSync(configuration, { mode: 0o700 });
  const machine = {
    name: 'm',
    host: '127.0.0.1',
    port: link.port,
    user: sshd.user,
    datastore: '/mnt/rediacc',
  };
  const contexts = { current: 'c', contexts: [{ name: 'c', sshKey: sshd.key, machines: [machine] }] };
  writeFileSync(join(configuration, 'contexts.json'), JSON.stringify(contexts), { mode: 0o600 });
  const known = Object.values(sshd.hostKeys).map((key) => `[127.0.0.1]:${link.port} ${key}\n`);
  writeFileSync(join(configuration, 'known_hosts'), known.join(''), { mode: 0o600 });
  const start = (words: readonly string[], input = ''): RunningRdc => {
    const child = spawn(process.execPath, [rdc, ...words], {
      cwd: folder,
      env: { PATH: process.env['PATH'], HOME: folder, REDIACC_CONFIG_DIR: configuration, LC_ALL: 'C.UTF-8' },
    });
    const seen = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => (seen[name] += text));
    // A command may end without reading its input.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    let over = false;
    const ended = new Promise<Ended>((resolve) => {
      child.on('close', (code) => {
        over = true;
        resolve({ code, ...seen });
      });
    });
    return { process: child, ended, isOver: () => over };
  };
  return {
    link,
    folder,
    start,
    run: (words, input) => start(words, input).ended,
    remove: async () => {
      await link.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
