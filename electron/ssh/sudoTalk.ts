import { Transform } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import type { SshTarget } from './types.ts';

/** The markers in sudo's output, and the functions that answer sudo. */
interface SudoTalk {
  /** The text that sudo prints to ask for the password. */
  marker: string;
  /** The text that is printed once the command has started. */
  announcement: string;
  target: SshTarget;
  /** The password of RootOptions. */
  password: (() => Promise<Uint8Array | undefined>) | undefined;
  answer: (bytes: Buffer) => void;
  /** Called when the command has started, so that the caller's input may flow. */
  begin: () => void;
  refuse: (error: AppError) => void;
}

const ATTEMPTS = 3;
/** The characters of sudo's output that are kept to look for a refusal in, which may come in pieces. */
const HEARD_CHARACTERS = 4096;

/**
 * Makes a stream that passes sudo's output on without the markers, answers sudo's questions, and leaves everything as
 * it is once the command has started.
 */
export function createSudoTalk(talk: SudoTalk): Transform {
  const { marker, announcement, begin, refuse } = talk;
  const ask = createAsk(talk);
  let pending = Buffer.alloc(0);
  let heard = '';
  let running = false;
  let refused = false;
  const pass = (stream: Transform, length: number): void => {
    heard = (heard + pending.toString('latin1', 0, length)).slice(-HEARD_CHARACTERS);
    stream.push(pending.subarray(0, length));
    pending = pending.subarray(length);
  };
  const listen = (stream: Transform): void => {
    for (;;) {
      const [question, start] = [pending.indexOf(marker), pending.indexOf(announcement)];
      // Once the command has started nothing counts as a question, as the command may print what looks like one.
      if (start !== -1 && (question === -1 || start < question)) {
        pass(stream, start);
        pending = pending.subarray(announcement.length);
        running = true;
        begin();
        return;
      }
      if (question === -1) break;
      pass(stream, question);
      pending = pending.subarray(marker.length);
      void ask();
    }
    // The bytes so far may end with the beginning of a marker.
    const keep = Math.max(partialMarker(pending, marker), partialMarker(pending, announcement));
    pass(stream, pending.length - keep);
    const code = refused ? undefined : refusalIn(heard);
    if (code === undefined) return;
    refused = true;
    refuse(new AppError(code, detailsOf(talk.target)));
  };
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      pending = Buffer.concat([pending, chunk]);
      if (!running) listen(this);
      if (running) {
        this.push(pending);
        pending = Buffer.alloc(0);
      }
      done();
    },
    flush(done) {
      this.push(pending);
      done();
    },
  });
}

/** Makes a function that answers one question of sudo with a password, or refuses. */
function createAsk({ target, password, answer, refuse }: SudoTalk): () => Promise<void> {
  let asked = 0;
  return async () => {
    asked += 1;
    const missing = asked === 1 ? 'sudo-password-needed' : 'sudo-password-refused';
    try {
      const bytes = asked > ATTEMPTS ? undefined : await password?.();
      if (bytes === undefined) refuse(new AppError(missing, detailsOf(target)));
      else answer(Buffer.concat([bytes, Buffer.from('\n')]));
    } catch (error) {
      refuse(error instanceof AppError ? error : new AppError(missing, detailsOf(target), { cause: error }));
    }
  };
}

/** Returns the code of a refusal in sudo's output (LC_ALL=C); undefined when there is none. */
function refusalIn(heard: string): 'sudo-not-allowed' | 'sudo-password-refused' | undefined {
  if (/is not in the sudoers file|may not run sudo|is not allowed to execute/.test(heard)) {
    return 'sudo-not-allowed';
  }
  return /incorrect password attempt/.test(heard) ? 'sudo-password-refused' : undefined;
}

function detailsOf({ host, user }: SshTarget): { host: string; user: string } {
  return { host, user };
}

/** Returns the length of the longest end of `bytes` with which `marker` begins. */
function partialMarker(bytes: Buffer, marker: string): number {
  for (let length = Math.min(marker.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(Buffer.from(marker.slice(0, length)))) return length;
  }
  return 0;
}
