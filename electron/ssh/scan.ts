import ssh2 from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { fingerprintOf, keyTypeOf } from './knownHosts.ts';

/** A host's public key, learnt without authenticating. */
export interface ScannedHostKey {
  keyType: string;
  fingerprint: string;
  publicKey: Buffer;
}

const SCAN_MILLISECONDS = 30_000;

/** Asks a host for its key and hangs up. Throws machine-unreachable. */
export async function scanHostKey(host: string, port: number): Promise<ScannedHostKey> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    let found: ScannedHostKey | undefined;
    client.on('error', (error) => {
      if (found === undefined)
        reject(new AppError('machine-unreachable', { host, port, reason: error.message }));
      else resolve(found);
    });
    client.once('close', () => {
      if (found === undefined)
        reject(new AppError('machine-unreachable', { host, port, reason: 'it closed' }));
    });
    client.connect({
      host,
      port,
      username: 'scan',
      readyTimeout: SCAN_MILLISECONDS,
      hostVerifier: (key: Buffer) => {
        found = { keyType: keyTypeOf(key), fingerprint: fingerprintOf(key), publicKey: key };
        return false;
      },
    });
  });
}
