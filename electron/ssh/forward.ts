import type { Duplex } from 'node:stream';
import type { Client } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { reasonOf } from './reason.ts';
import type { SshTarget } from './types.ts';

/** The reason codes of a server that did not open a channel (RFC 4254, 5.1). */
const PROHIBITED = 1;
const CONNECT_FAILED = 2;

/**
 * Opens a connection from the other side to an address. Throws nothing-listens, forwarding-not-allowed,
 * connection-lost.
 */
export async function forward(
  client: Client,
  { host: machine }: SshTarget,
  host: string,
  port: number,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(forwardError(error, machine, host, port));
    try {
      client.forwardOut('127.0.0.1', 0, host, port, (error, channel) => {
        if (error === undefined) resolve(channel);
        else fail(error);
      });
    } catch (error) {
      // ssh2 throws when the connection is gone already.
      fail(error);
    }
  });
}

function forwardError(error: unknown, machine: string, host: string, port: number): AppError {
  const reason = error instanceof Error && 'reason' in error ? error.reason : undefined;
  const options = { cause: error };
  if (reason === CONNECT_FAILED) return new AppError('nothing-listens', { host, port }, options);
  if (reason === PROHIBITED) return new AppError('forwarding-not-allowed', { host: machine }, options);
  return new AppError('connection-lost', { host: machine, reason: reasonOf(error) }, options);
}
