import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cannotRun, startSshd } from '../../tests/support/sshd.ts';
import type { Sshd } from '../../tests/support/sshd.ts';
import { createHostKeys } from './hostKeys.ts';
import { withFileLock } from '../engine/store/fileLock.ts';
import { runAsRoot } from './root.ts';
import { connect } from './session.ts';
import type { SshSession } from './types.ts';

/**
 * A `sudo` that asks as `sudo -S -p` does, and takes "right" for the password. The true sudo is tested on the sandbox
 * machine (user "locked").
 */
const SUDO = `#!/bin/bash
while [ "$1" != -- ]; do [ "$1" = -p ] && prompt=$2; shift; done; shift
case $(cat "$(dirname "$0")/mode") in
  open) exec "$@" ;;
  barred) echo "tester is not in the sudoers file." >&2; exit 1 ;;
esac
for attempt in 1 2 3; do
  printf %s "$prompt" >&2
  IFS= read -r typed
  echo "$typed" >> "$(dirname "$0")/typed"
  [ "$typed" = right ] && exec "$@"
  echo "Sorry, try again." >&2
done
echo "sudo: 3 incorrect password attempts" >&2
exit 1
`;

let sshd: Sshd;
let session: SshSession;
let folder: string;

async function all(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

function sudoIs(mode: 'open' | 'asks' | 'barred'): void {
  writeFileSync(join(folder, 'mode'), mode);
  rmSync(join(folder, 'typed'), { force: true });
}

describe.skipIf(cannotRun !== undefined)(`as root${cannotRun === undefined ? '' : ` (${cannotRun})`}`, () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rediacc-sudo-'));
    writeFileSync(join(folder, 'sudo'), SUDO);
    chmodSync(join(folder, 'sudo'), 0o755);
    sshd = await startSshd([], folder);
    const target = { host: '127.0.0.1', port: sshd.port, user: sshd.user, keyFile: sshd.key, machine: 'm' };
    const made = await connect(target, {
      hostKeys: createHostKeys([], join(sshd.folder, 'own'), withFileLock),
      onUnknownHostKey: () => Promise.resolve(true),
      agentSocket: undefined,
    });
    // Another user than root, because root is not asked for sudo.
    session = { ...made, target: { ...target, user: 'deploy' } };
  });
  afterAll(async () => {
    session.end();
    await sshd.stop();
    rmSync(folder, { recursive: true });
  });

  it('passes input and output through when sudo does not ask', async () => {
    sudoIs('open');
    const child = await runAsRoot(session, ['sh', '-c', 'echo err >&2; cat']);
    child.stdin.end('hello');
    const [stdout, stderr] = await Promise.all([all(child.stdout), all(child.stderr)]);
    expect([stdout, stderr, (await child.exit).code]).toEqual(['hello', 'err\n', 0]);
  });

  it('keeps early input from sudo, and gives it the password alone', async () => {
    sudoIs('asks');
    const answers = ['wrong', 'right'];
    const password = (): Promise<Buffer | undefined> => Promise.resolve(Buffer.from(answers.shift() ?? ''));
    const child = await runAsRoot(session, ['cat'], { password });
    child.stdin.end('for the command\n');
    const [stdout, stderr] = await Promise.all([all(child.stdout), all(child.stderr)]);
    expect([stdout, stderr]).toEqual(['for the command\n', 'Sorry, try again.\n']);
    expect(readFileSync(join(folder, 'typed'), 'utf8')).toBe('wrong\nright\n');
  });

  it('does the same on a terminal', async () => {
    sudoIs('asks');
    const pty = { term: 'xterm', columns: 80, rows: 24 };
    const child = await runAsRoot(session, ['sh', '-c', 'read -r said; echo "<$said>"; exit 3'], {
      pty,
      password: () => Promise.resolve(Buffer.from('right')),
    });
    child.stdin.write('early\n');
    const stdout = await all(child.stdout);
    expect([stdout.includes('<early>'), /\[(sudo|root)-/.test(stdout), (await child.exit).code]).toEqual([
      true,
      false,
      3,
    ]);
    expect(readFileSync(join(folder, 'typed'), 'utf8')).toBe('right\n');
  });

  it('leaves sudo out for root, who is let in at once', async () => {
    sudoIs('barred');
    const child = await runAsRoot({ ...session, target: { ...session.target, user: 'root' } }, ['cat']);
    child.stdin.end('straight');
    await child.started;
    expect([await all(child.stdout), (await child.exit).code]).toEqual(['straight', 0]);
  });

  it('says 127 when the command is not there', async () => {
    sudoIs('open');
    const child = await runAsRoot(session, ['/nowhere/renet']);
    child.stdout.resume();
    await child.started;
    expect([await all(child.stderr), (await child.exit).code]).toEqual([
      expect.stringMatching(/not found/),
      127,
    ]);
  });

  it('lets go of what is written to one that was refused', async () => {
    sudoIs('barred');
    const child = await runAsRoot(session, ['cat']);
    child.stdout.resume();
    child.stderr.resume();
    await child.refused;
    await child.exit;
    await expect(pipeline(Readable.from(['late']), child.stdin)).rejects.toThrow();
  });

  it.each([
    ['nobody knows the password', 'asks', undefined, 'sudo-password-needed'],
    ['three are wrong', 'asks', 'wrong', 'sudo-password-refused'],
    ['the account may not', 'barred', 'right', 'sudo-not-allowed'],
  ] as const)('is refused when %s', async (_, mode, typed, code) => {
    sudoIs(mode);
    const password = (): Promise<Buffer | undefined> =>
      Promise.resolve(typed === undefined ? undefined : Buffer.from(typed));
    const child = await runAsRoot(session, ['cat'], { password });
    child.stdout.resume();
    child.stderr.resume();
    expect(await child.refused).toMatchObject({ code });
  });
});
