import { AppError } from '../../shared/errors.ts';
import { fingerprintOf, judgeHostKey, keyTypeOf, knownHostName } from './knownHosts.ts';
import type { KnownHost } from './knownHosts.ts';
import { scanRsaKey } from './scan.ts';
import type { SshTarget } from './types.ts';

/** The judgement on a key that a host offers. `known` and `offered` are fingerprints. */
type OfferedKey =
  | { readonly status: 'known' | 'unknown' }
  | {
      readonly status: 'changed';
      readonly known: string;
      readonly offered: string;
      readonly error: AppError;
    };

/**
 * Judges the key that a host offers. `changed` has the error to tell: host-key-changed, or host-key-other-type where the
 * host has no key of a known type. Throws host-key-revoked; ssh-too-old where the host has its known RSA key and signs
 * with it over SHA-1 alone.
 */
export async function judgeOffer(
  entries: readonly KnownHost[],
  { host, port, machine }: Pick<SshTarget, 'host' | 'port' | 'machine'>,
  key: Buffer,
): Promise<OfferedKey> {
  const verdict = judgeHostKey(entries, knownHostName(host, port), key);
  const [offered, type] = [fingerprintOf(key), keyTypeOf(key)];
  if (verdict.kind === 'revoked') {
    throw new AppError('host-key-revoked', { host, offered, file: verdict.file });
  }
  if (verdict.kind !== 'changed') return { status: verdict.kind };
  const { known, knownTypes, file } = verdict;
  const [knownType = type] = knownTypes;
  if (knownType === type) {
    const error = new AppError('host-key-changed', { host, known, offered, file });
    return { status: 'changed', known, offered, error };
  }
  // A host that has its RSA key still, and offered another, has none of the signatures that we take.
  const rsa = knownTypes.includes('ssh-rsa') ? await scanRsaKey(host, port) : undefined;
  if (rsa !== undefined) {
    const older = await judgeOffer(entries, { host, port, machine }, rsa);
    if (older.status === 'changed') return older;
    throw new AppError('ssh-too-old', { host, option: 'HostKeyAlgorithms' });
  }
  const error = new AppError('host-key-other-type', { host, machine, known, knownType, offered, type, file });
  return { status: 'changed', known, offered, error };
}
