import { Transform } from 'node:stream';
import { AppError } from '../../shared/errors.ts';
import type { SshTarget } from './types.ts';

/** What sudo asks and who answers. */
interface SudoTalk {
  /** What sudo prints to ask for the password. */
  marker: string;
  /** What is printed once the command has started. */
  announcement: string;
  target: SshTarget;
  /** See RootOptions. */
  password: (() => Promise<Uint8Array | undefined>) | undefined;
  answer: (bytes: Buffer) => void;
  /** The command has started: the caller's input may flow. */
  begin: () => void;
  refuse: (error: AppError) => void;
}

const ATTEMPTS = 3;
/** As much of what sudo said is kept to find a refusal in, however it comes apart. */
const HEARD_CHARACTERS = 4096;

/** Passes a stream on without the markers, answers sudo's questions, and lets go once the command has started. */
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
      // After the start nothing is a question: the command may print what looks like one.
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
    // The beginning of a marker may be at the end of what came so far.
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

/** Answers one question with a password, or refuses. */
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

/** Returns the code of the refusal in what sudo (LC_ALL=C) said, undefined when there is none. */
function refusalIn(heard: string): 'sudo-not-allowed' | 'sudo-password-refused' | undefined {
  if (/is not in the sudoers file|may not run sudo|is not allowed to execute/.test(heard)) {
    return 'sudo-not-allowed';
  }
  return /incorrect password attempt/.test(heard) ? 'sudo-password-refused' : undefined;
}

function detailsOf({ host, user }: SshTarget): { host: string; user: string } {
  return { host, user };
}

/** Returns the length of the longest end of `bytes` that begins `marker`. */
function partialMarker(bytes: Buffer, marker: string): number {
  for (let length = Math.min(marker.length - 1, bytes.length); length > 0; length -= 1) {
    if (bytes.subarray(bytes.length - length).equals(Buffer.from(marker.slice(0, length)))) return length;
  }
  return 0;
}
