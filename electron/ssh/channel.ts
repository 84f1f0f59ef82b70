import type { Client, ClientChannel } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { reasonOf } from './reason.ts';
import type { Pty, SshProcess } from './types.ts';

/** A connection, and the promise of its end. */
interface Connected {
  readonly client: Client;
  readonly host: string;
  readonly closed: Promise<unknown>;
}

/** Starts a command line of the other side's login shell. Throws connection-lost; see isChannelRefused. */
export async function startCommand(
  { client, host, closed }: Connected,
  command: string,
  pty: Pty | undefined,
): Promise<SshProcess> {
  const terminal = pty === undefined ? {} : { pty: { term: pty.term, cols: pty.columns, rows: pty.rows } };
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    try {
      // When the connection ends first, ssh2 calls back with an error.
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
  // A channel whose output nobody has read yet does not close with its connection.
  void closed.then(settle);
  // A peer that is gone is an end, not a fault; `exit` tells.
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
      // The server closes its end when the command ends, which is no longer ours to wait for.
      settle();
    },
    resize: (columns, rows) => channel.setWindow(rows, columns, 0, 0),
  };
}

/** ssh2's word for a channel that the server did not open, such as beyond MaxSessions. */
class ChannelRefused extends AppError {}

/**
 * Makes an error of a channel that was not opened. ssh2 gives the errors of a refused opening, and no others, the
 * server's reason (RFC 4254, 5.1).
 */
function channelError(error: Error, host: string): AppError {
  const details = { host, reason: error.message };
  if ('reason' in error) return new ChannelRefused('connection-lost', details, { cause: error });
  return new AppError('connection-lost', details, { cause: error });
}

/** Returns true when the server did not open one more channel on the session (MaxSessions). */
export function isChannelRefused(error: unknown): boolean {
  return error instanceof ChannelRefused;
}
