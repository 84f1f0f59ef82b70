import { spawn } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SshProcess, SshSession, SshTarget } from '../../ssh/types.ts';
import { createPool } from '../../ssh/pool.ts';
import { createRootAccess } from './rootAccess.ts';
import { withResolvers } from '../resolvers.ts';

/** A `sudo` that asks as `sudo -S` does: on standard error, three times, reading no byte beyond the line. */
const SUDO = `#!/bin/sh
marker=$4
shift 5
for attempt in 1 2 3; do
  printf %s "$marker" >&2
  IFS= read -r line || exit 1
  [ "$line" = "open sesame" ] && exec "$@"
  echo 'Sorry, try again.' >&2
done
echo 'sudo: 3 incorrect password attempts' >&2
exit 1
`;
const machine = { name: 'web', host: 'web.test', port: 22, user: 'deploy', datastore: '/mnt/rediacc' };
const web = { context: 'work', machine, sshKey: '/keys/id' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rediacc-'));
  await writeFile(join(folder, 'sudo'), SUDO);
  await chmod(join(folder, 'sudo'), 0o755);
});
afterEach(() => rm(folder, { recursive: true }));

/** Makes an access to this computer, where `sudo` is the script above; a person gives these passwords in turn. */
function build(passwords: readonly (string | undefined)[]) {
  const left = [...passwords];
  const targets: SshTarget[] = [];
  const pool = createPool((target) => {
    targets.push(target);
    const closed = withResolvers<never>();
    const exec = (words: readonly string[]): Promise<SshProcess> => Promise.resolve(run(words));
    const forward = (): Promise<never> => Promise.reject(new Error('not here'));
    const session: SshSession = {
      target,
      hostKey: 'SHA256:x',
      closed: closed.promise,
      exec,
      forward,
      answers: forward,
      end: () => undefined,
    };
    return Promise.resolve(session);
  });
  const sudoPassword = (): Promise<Buffer | undefined> => {
    const password = left.shift();
    return Promise.resolve(password === undefined ? undefined : Buffer.from(password));
  };
  return { access: createRootAccess({ pool, sudoPassword }), targets, left };
}

function run([file = '', ...words]: readonly string[]): SshProcess {
  const child = spawn(file, words, { env: { PATH: [folder, process.env['PATH']].join(delimiter) } });
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    exit: new Promise((resolve) => {
      child.on('close', (code, signal) => resolve({ code, signal }));
    }),
    kill: () => void child.kill(),
  };
}

/** Runs a program as root and gives it its input at once. */
async function pipe(access: ReturnType<typeof build>['access'], argv: readonly string[], input: string) {
  const child = await access.runAsRoot(web, await access.session(web), argv, {});
  child.stdin.end(input);
  const read = (output: Readable): Promise<string> => text(output);
  const [output, errors, { code }] = await Promise.all([read(child.stdout), read(child.stderr), child.exit]);
  return { output, errors: errors.trim(), code };
}

describe('as root', () => {
  test("input reaches the program whole, never sudo; output and exit code are the program's", async () => {
    const { access } = build(['open sesame']);
    const script = 'cat; echo "to the side" >&2; exit 7';
    expect(await pipe(access, ['sh', '-c', script], 'line one\nopen sesame\n')).toEqual({
      output: 'line one\nopen sesame\n',
      errors: 'to the side',
      code: 7,
    });
  });

  test('the person is asked once, and again only when the password was wrong', async () => {
    const { access, left } = build(['wrong', 'open sesame', 'never asked for']);
    const first = await pipe(access, ['cat'], 'a');
    const others = await Promise.all([pipe(access, ['cat'], 'b'), pipe(access, ['cat'], 'c')]);
    expect([first, ...others].map(({ output }) => output)).toEqual(['a', 'b', 'c']);
    expect(left).toEqual(['never asked for']);
  });

  test('those who ask at the same time share one question', async () => {
    const { access, left } = build(['open sesame', 'never asked for']);
    await Promise.all([pipe(access, ['cat'], ''), pipe(access, ['cat'], '')]);
    expect(left).toEqual(['never asked for']);
  });

  test('nobody to ask, or three wrong passwords, end the attempt; a later one may ask anew', async () => {
    const { access } = build([undefined, 'wrong', 'wrong', 'wrong', 'open sesame']);
    await expect(pipe(access, ['cat'], '')).rejects.toMatchObject({ code: 'sudo-password-needed' });
    await expect(pipe(access, ['cat'], '')).rejects.toMatchObject({ code: 'sudo-password-refused' });
    expect(await pipe(access, ['cat'], 'in')).toMatchObject({ output: 'in' });
  });

  test('a program that is not there ends as a shell says it', async () => {
    const { access } = build(['open sesame']);
    const { code, errors } = await pipe(access, ['/nowhere/renet', 'serve'], '');
    expect([code, errors]).toEqual([127, expect.stringMatching(/not found/)]);
  });
});

test("a session is shared until it is given up; one apart is nobody else's", async () => {
  const { access, targets } = build([]);
  const first = await access.session(web);
  await access.session(web);
  await access.session({ ...web, context: 'home' });
  await access.session(web, { apart: true });
  expect(targets).toHaveLength(3);
  first.end();
  first.end();
  await access.session(web);
  await access.session(web);
  const target = { host: 'web.test', port: 22, user: 'deploy', keyFile: '/keys/id', machine: 'web' };
  expect(targets).toEqual([target, target, target, target]);
});
