import ssh2 from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { Reason } from '../../shared/errors.ts';
import { algorithmError, algorithmsFor, withOldRsa } from './algorithms.ts';
import type { Algorithms } from 'ssh2';
import { fingerprintOf, keyTypeOf } from './knownHosts.ts';
import type { KnownHost } from './knownHosts.ts';

/** A host's public key, which was read without authenticating. */
interface ScannedHostKey {
  keyType: string;
  fingerprint: string;
  publicKey: Buffer;
}

const SCAN_MILLISECONDS = 30_000;

/**
 * Asks a host for its key and hangs up. It asks for the key by which the host is known among `entries`, where there is
 * one. Throws machine-unreachable, ssh-too-old.
 */
export async function scanHostKey(
  host: string,
  port: number,
  entries: readonly KnownHost[] = [],
): Promise<ScannedHostKey> {
  return scan(host, port, algorithmsFor(entries, host, port));
}

/**
 * Asks a host for its RSA key, signatures over SHA-1 included, and hangs up. Undefined when none came. The key is good
 * for telling a person what is wrong, for nothing else: no connection is made with such a signature.
 */
export async function scanRsaKey(host: string, port: number): Promise<Buffer | undefined> {
  const scanned = await scan(host, port, withOldRsa()).catch((error: unknown) => {
    if (error instanceof AppError) return undefined;
    throw error;
  });
  return scanned?.publicKey;
}

async function scan(host: string, port: number, algorithms: Algorithms): Promise<ScannedHostKey> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    const unreachable = (reason: string): AppError =>
      new AppError('machine-unreachable', { host, port, reason });
    client.on('error', (error) => {
      reject(algorithmError(error, host) ?? unreachable(error.message));
      client.destroy();
    });
    client.once('close', () => reject(unreachable('closed-there' satisfies Reason)));
    client.connect({
      host,
      port,
      username: 'scan',
      readyTimeout: SCAN_MILLISECONDS,
      algorithms,
      hostVerifier: (key: Buffer) => {
        resolve({ keyType: keyTypeOf(key), fingerprint: fingerprintOf(key), publicKey: key });
        return false;
      },
    });
  });
}
