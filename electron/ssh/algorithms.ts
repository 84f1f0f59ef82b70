import type { Algorithms } from 'ssh2';
import { AppError } from '../../shared/errors.ts';
import { HOST_KEY_ALGORITHMS, knownHostName, orderAlgorithms } from './knownHosts.ts';
import type { KnownHost } from './knownHosts.ts';

/** The ways to agree on session keys: none over SHA-1, and none in a group that is too small. */
const KEY_EXCHANGES = [
  'curve25519-sha256',
  'curve25519-sha256@libssh.org',
  'ecdh-sha2-nistp256',
  'ecdh-sha2-nistp384',
  'ecdh-sha2-nistp521',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group14-sha256',
  'diffie-hellman-group15-sha512',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group17-sha512',
  'diffie-hellman-group18-sha512',
] as const;

/** The checks of each packet, where the cipher does not bring its own: none over SHA-1 or MD5. */
const PACKET_CHECKS = [
  'hmac-sha2-256-etm@openssh.com',
  'hmac-sha2-512-etm@openssh.com',
  'hmac-sha2-256',
  'hmac-sha2-512',
] as const;

/**
 * Returns the algorithms that a host is offered: only those that nobody is known to break, the ones of its known keys
 * first. The ciphers are the library's own, as they depend on this computer; a test holds that no weak one is among
 * them.
 */
export function algorithmsFor(entries: readonly KnownHost[], host: string, port: number): Algorithms {
  return {
    kex: [...KEY_EXCHANGES],
    hmac: [...PACKET_CHECKS],
    serverHostKey: orderAlgorithms(entries, knownHostName(host, port), HOST_KEY_ALGORITHMS),
  };
}

/** Returns the algorithms for asking whether a host has an RSA key at all, be it one that signs over SHA-1 alone. */
export function withOldRsa(): Algorithms {
  return { kex: [...KEY_EXCHANGES], hmac: [...PACKET_CHECKS], serverHostKey: ['ssh-rsa'] };
}

/** What a handshake found nothing in common for, in the library's words, and sshd's name for what has to be changed. */
const MISSING: readonly (readonly [RegExp, string])[] = [
  [/no matching key exchange/, 'KexAlgorithms'],
  [/no matching host key/, 'HostKeyAlgorithms'],
  [/no matching .* cipher/, 'Ciphers'],
  [/no matching .* MAC/, 'MACs'],
];

/** Returns the error for a handshake in which no algorithm was good for both sides; undefined for another failure. */
export function algorithmError(failure: Error, host: string): AppError | undefined {
  const [, option] = MISSING.find(([words]) => words.test(failure.message)) ?? [];
  return option === undefined ? undefined : new AppError('ssh-too-old', { host, option }, { cause: failure });
}
