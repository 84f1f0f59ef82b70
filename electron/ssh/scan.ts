import ssh2 from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import type { Reason } from '../../shared/errors.ts';
import {
  fingerprintOf,
  HOST_KEY_ALGORITHMS,
  keyTypeOf,
  knownHostName,
  orderAlgorithms,
} from './knownHosts.ts';
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
 * one. Throws machine-unreachable.
 */
export async function scanHostKey(
  host: string,
  port: number,
  entries: readonly KnownHost[] = [],
): Promise<ScannedHostKey> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void =>
      reject(new AppError('machine-unreachable', { host, port, reason }));
    client.on('error', (error) => {
      fail(error.message);
      client.destroy();
    });
    client.once('close', () => fail('closed-there' satisfies Reason));
    client.connect({
      host,
      port,
      username: 'scan',
      readyTimeout: SCAN_MILLISECONDS,
      algorithms: { serverHostKey: orderAlgorithms(entries, knownHostName(host, port), HOST_KEY_ALGORITHMS) },
      hostVerifier: (key: Buffer) => {
        resolve({ keyType: keyTypeOf(key), fingerprint: fingerprintOf(key), publicKey: key });
        return false;
      },
    });
  });
}
