import { randomBytes } from 'node:crypto';
import { PassThrough, Transform } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import type { Pty, SshProcess, SshSession, SshTarget } from './types.ts';

export interface RootOptions {
  /** Asked when sudo asks, up to three times; undefined gives up. The bytes without a line end. */
  password?: () => Promise<Uint8Array | undefined>;
  pty?: Pty;
}

/**
 * A process as root. `started` settles once it runs; `refused` with why sudo did not let it, and never otherwise. When
 * neither does, `exit` tells.
 */
export interface RootProcess extends SshProcess {
  readonly started: Promise<void>;
  readonly refused: Promise<AppError>;
}

const ATTEMPTS = 3;

/** Says that sudo has let the command start, then becomes it. */
const ANNOUNCE = 'printf %s "$0" >&2; exec "$@"';

/**
 * Runs a command as root: directly for root, else through sudo. sudo's question is a random marker, and the password
 * is sent only after that marker was seen. What the caller writes to `stdin` waits until a second marker says that the
 * command itself has started, so that sudo never reads it as a password. Neither marker reaches the caller.
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
  // -k: always ask when a password is needed, so that what is sent is never taken for something else.
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
  let begin: () => void = () => undefined;
  const started = new Promise<void>((resolve) => {
    begin = () => {
      stdin.pipe(child.stdin);
      resolve();
    };
  });
  const questions = createQuestions({
    marker,
    announcement,
    target,
    password: options.password,
    answer: (bytes) => child.stdin.write(bytes),
    begin,
    refuse,
  });
  // With a terminal, errors and output are one stream.
  const asked = options.pty === undefined ? child.stderr : child.stdout;
  const rest = asked.pipe(questions).pipe(new PassThrough());
  const streams = options.pty === undefined ? { stdin, stderr: rest } : { stdin, stdout: rest };
  return { ...child, ...streams, started, refused };
}

interface Questions {
  marker: string;
  announcement: string;
  target: SshTarget;
  password: RootOptions['password'];
  answer: (bytes: Buffer) => void;
  /** The command has started: the caller's input may flow. */
  begin: () => void;
  refuse: (error: AppError) => void;
}

/** Passes a stream on without the markers, answers sudo's questions, and lets go once the command has started. */
function createQuestions({
  marker,
  announcement,
  target,
  password,
  answer,
  begin,
  refuse,
}: Questions): Transform {
  const details = { host: target.host, user: target.user };
  let pending = Buffer.alloc(0);
  let asked = 0;
  let running = false;
  const ask = async (): Promise<void> => {
    asked += 1;
    const bytes = asked > ATTEMPTS ? undefined : await password?.();
    if (bytes === undefined) {
      refuse(new AppError(asked === 1 ? 'sudo-password-needed' : 'sudo-password-refused', details));
    } else {
      answer(Buffer.concat([bytes, Buffer.from('\n')]));
    }
  };
  const look = (push: (bytes: Buffer) => void): void => {
    for (let at = pending.indexOf(marker); at !== -1; at = pending.indexOf(marker)) {
      push(pending.subarray(0, at));
      pending = pending.subarray(at + marker.length);
      void ask();
    }
    const at = pending.indexOf(announcement);
    if (at !== -1) {
      push(pending.subarray(0, at));
      pending = pending.subarray(at + announcement.length);
      running = true;
      begin();
      return;
    }
    const text = pending.toString('latin1');
    if (/is not in the sudoers file|may not run sudo|is not allowed to execute/.test(text)) {
      refuse(new AppError('sudo-not-allowed', details));
    } else if (/incorrect password attempt/.test(text)) {
      refuse(new AppError('sudo-password-refused', details));
    }
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pending = Buffer.concat([pending, chunk]);
      if (!running) look((bytes) => this.push(bytes));
      // The beginning of a marker may be at the end of what came so far.
      const keep = running
        ? 0
        : Math.max(partialMarker(pending, marker), partialMarker(pending, announcement));
      this.push(pending.subarray(0, pending.length - keep));
      pending = pending.subarray(pending.length - keep);
      done();
    },
    flush(done) {
      this.push(pending);
      done();
    },
  });
}

/** Length of the longest end of `bytes` that begins `marker`. */
function partialMarker(bytes: Buffer, marker: string): number {
  for (let length = Math.min(marker.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(Buffer.from(marker.slice(0, length)))) return length;
  }
  return 0;
}
