import type { Client, ClientChannel } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { reasonOf } from './reason.ts';
import type { Pty, SshProcess } from './types.ts';

/** A connection, with the promise of its end. */
interface Connected {
  readonly client: Client;
  readonly host: string;
  readonly closed: Promise<unknown>;
}

/** Starts a command line in the login shell of the other side. Throws connection-lost; see isChannelRefused. */
export async function startCommand(
  { client, host, closed }: Connected,
  command: string,
  pty: Pty | undefined,
): Promise<SshProcess> {
  const terminal = pty === undefined ? {} : { pty: { term: pty.term, cols: pty.columns, rows: pty.rows } };
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    try {
      // When the connection ends before this, ssh2 calls back with an error.
      client.exec(command, terminal, (error, opened) => {
        if (error === undefined) resolve(opened);
        else reject(channelError(error, host));
      });
    } catch (error) {
      // ssh2 throws when the connection is gone already.
      reject(new AppError('connection-lost', { host, reason: reasonOf(error) }, { cause: error }));
    }
  });
  return processOf(channel, closed);
}

function processOf(channel: ClientChannel, closed: Promise<unknown>): SshProcess {
  let ended: { code: number | null; signal: string | null } = { code: null, signal: null };
  let settle: () => void = () => undefined;
  const exit = new Promise<typeof ended>((resolve) => {
    settle = () => resolve(ended);
  });
  channel.once('exit', (code: number | null, signal?: string) => {
    ended = { code, signal: signal ?? null };
  });
  channel.once('close', settle);
  // A channel with unread output does not close with its connection.
  void closed.then(settle);
  // A peer that is gone is an end and no error; `exit` tells it.
  channel.on('error', () => undefined);
  return {
    stdin: channel,
    stdout: channel,
    stderr: channel.stderr,
    exit,
    kill: () => {
      try {
        channel.signal('TERM');
        channel.close();
      } catch {
        // The connection is gone, and the channel with it.
      }
      // The server closes its side only when the command ends, which is not waited for any more.
      settle();
    },
    resize: (columns, rows) => channel.setWindow(rows, columns, 0, 0),
  };
}

/** The error of a channel that the server did not open, for example beyond MaxSessions. */
class ChannelRefused extends AppError {}

/**
 * Returns the error for a channel that was not opened. Only the errors of a refused opening carry the server's reason
 * in ssh2 (RFC 4254, 5.1).
 */
function channelError(error: Error, host: string): AppError {
  const details = { host, reason: error.message };
  if ('reason' in error) return new ChannelRefused('connection-lost', details, { cause: error });
  return new AppError('connection-lost', details, { cause: error });
}

/** Returns true for the error of a server that did not open one more channel on the session (MaxSessions). */
export function isChannelRefused(error: unknown): boolean {
  return error instanceof ChannelRefused;
}
