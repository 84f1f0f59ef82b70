import { randomBytes } from 'node:crypto';
import { PassThrough } from 'node:stream';
import type { AppError } from '../../shared/errors.ts';
import { createSudoTalk } from './sudoTalk.ts';
import type { Pty, SshProcess, SshSession } from './types.ts';

interface RootOptions {
  /**
   * Asked when sudo asks, up to three times. Resolves with the password's bytes without a line end; undefined or a
   * rejection gives up.
   */
  password?: () => Promise<Uint8Array | undefined>;
  pty?: Pty;
}

/**
 * A process as root. `started` resolves once the process runs; `refused` resolves with the reason when sudo did not
 * allow it, and otherwise never. When neither does, `exit` has the reason.
 */
export interface RootProcess extends SshProcess {
  readonly started: Promise<void>;
  readonly refused: Promise<AppError>;
}

/** A script that prints that sudo has let the command start, and then becomes the command. */
const ANNOUNCE = 'printf %s "$0" >&2; exec "$@"';

/**
 * Runs a command as root: directly for root, else through sudo. sudo's question is a random marker, and the password is
 * sent only after that marker was seen. The caller's `stdin` waits until a second marker tells that the command itself
 * has started, so that sudo never reads it as a password. Neither marker reaches the caller.
 */
export async function runAsRoot(
  session: SshSession,
  command: readonly string[],
  options: RootOptions = {},
): Promise<RootProcess> {
  const { target } = session;
  const terminal = options.pty === undefined ? {} : { pty: options.pty };
  const never = new Promise<AppError>(() => undefined);
  if (target.user === 'root') {
    return { ...(await session.exec(command, terminal)), started: Promise.resolve(), refused: never };
  }
  const nonce = randomBytes(12).toString('hex');
  const [marker, announcement] = [`[sudo-${nonce}]`, `[root-${nonce}]`];
  // -k: sudo asks whenever a password is needed, so that the password is never read as something else.
  const announced = ['sh', '-c', ANNOUNCE, announcement, ...command];
  const sudo = ['env', 'LC_ALL=C', 'sudo', '-k', '-S', '-p', marker, '--', ...announced];
  const child = await session.exec(sudo, terminal);
  let refuse: (error: AppError) => void = () => undefined;
  const refused = new Promise<AppError>((resolve) => {
    refuse = (error) => {
      resolve(error);
      child.kill();
    };
  });
  const stdin = new PassThrough();
  // Input to a process that is gone is dropped, as with the process's own stdin.
  stdin.on('error', () => undefined);
  void child.exit.then(() => stdin.destroy());
  let begin: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    begin = () => {
      stdin.pipe(child.stdin);
      resolve();
    };
  });
  const talk = createSudoTalk({
    marker,
    announcement,
    target,
    password: options.password,
    answer: (bytes) => child.stdin.write(bytes),
    begin,
    refuse,
  });
  // With a terminal, standard error and output are one stream.
  const asked = options.pty === undefined ? child.stderr : child.stdout;
  const rest = asked.pipe(talk).pipe(new PassThrough());
  const streams = options.pty === undefined ? { stdin, stderr: rest } : { stdin, stdout: rest };
  return { ...child, ...streams, started, refused };
}
