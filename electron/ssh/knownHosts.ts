import { createHash, createHmac } from 'node:crypto';
import { matchesList } from '../../shared/wildcard.ts';

/** One usable line of a known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). */
export interface KnownHost {
  file: string;
  marker: '@revoked' | undefined;
  patterns: string;
  keyType: string;
  /** The bytes of the public key, base64. */
  key: string;
}

/** The known hosts' verdict on a key that a host offers. */
type HostKeyVerdict =
  | { kind: 'known' }
  | { kind: 'unknown' }
  /** `known`: the fingerprint that `file` has. `knownTypes`: of all known keys, the one of `known` first. */
  | { kind: 'changed'; known: string; knownTypes: readonly string[]; file: string }
  /** `file` says that this key must not be trusted any more. */
  | { kind: 'revoked'; file: string };

/**
 * Returns the lines of a known_hosts file that carry a key. Comments, certificates and unreadable lines are left out.
 */
export function parseKnownHosts(text: string, file: string): KnownHost[] {
  return text.split('\n').flatMap((line): KnownHost[] => {
    const words = line.trim().split(/\s+/);
    const marker = words[0]?.startsWith('@') === true ? words.shift() : undefined;
    const [patterns, keyType, key] = words;
    if (patterns === undefined || patterns.startsWith('#') || keyType === undefined || key === undefined)
      return [];
    if (marker !== undefined && marker !== '@revoked') return [];
    return [{ file, marker, patterns, keyType, key }];
  });
}

/** Returns a host as known_hosts names it: the bare name on port 22, else [host]:port. */
export function knownHostName(host: string, port: number): string {
  return port === 22 ? host : `[${host}]:${port}`;
}

/**
 * Returns true when a line's patterns match this name. A hashed pattern is an HMAC-SHA1, under the line's salt, of the
 * name in lower case (ssh folds it before).
 */
export function matchesHost(patterns: string, name: string): boolean {
  if (patterns.startsWith('|1|')) {
    const [, , salt = '', hash = ''] = patterns.split('|');
    const digest = createHmac('sha1', Buffer.from(salt, 'base64'))
      .update(name.toLowerCase())
      .digest('base64');
    return digest === hash;
  }
  return matchesList(patterns.toLowerCase().split(','), name.toLowerCase());
}

/** Returns the SHA-256 fingerprint of a public key, as ssh writes it. */
export function fingerprintOf(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

/** Returns the type that the bytes of a public key themselves name (RFC 4253, 6.6). */
export function keyTypeOf(key: Buffer): string {
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('latin1');
}

/**
 * Judges an offered key. A host that has entries, none of them with this key, has changed. ssh would ask when the
 * entries are all of other types; but hosts are asked for those types first (orderAlgorithms), so a host that offers
 * another has none of them that we take. An entry of a type that no host is asked for says nothing about the others.
 */
export function judgeHostKey(entries: readonly KnownHost[], name: string, offered: Buffer): HostKeyVerdict {
  const own = entries.filter((entry) => matchesHost(entry.patterns, name));
  const key = offered.toString('base64');
  const revoked = own.find((entry) => entry.marker === '@revoked' && entry.key === key);
  if (revoked !== undefined) return { kind: 'revoked', file: revoked.file };
  const valid = own.filter((entry) => entry.marker === undefined);
  if (valid.some((entry) => entry.key === key)) return { kind: 'known' };
  const ofItsType = valid.filter((entry) => entry.keyType === keyTypeOf(offered));
  const asked = ofItsType.concat(valid.filter((entry) => isAskedFor(entry.keyType)));
  const [first] = asked;
  if (first === undefined) return { kind: 'unknown' };
  const knownTypes = asked.map((entry) => entry.keyType);
  return {
    kind: 'changed',
    known: fingerprintOf(Buffer.from(first.key, 'base64')),
    knownTypes,
    file: first.file,
  };
}

/**
 * The host key algorithms, the strongest first. An RSA key signs with SHA-2 alone: a signature over SHA-1, which is what
 * the algorithm `ssh-rsa` means, can be forged (docs/decisions/host-keys.md).
 */
export const HOST_KEY_ALGORITHMS = [
  'ssh-ed25519',
  'ecdsa-sha2-nistp256',
  'ecdsa-sha2-nistp384',
  'ecdsa-sha2-nistp521',
  'rsa-sha2-512',
  'rsa-sha2-256',
] as const;

/** Returns the signature algorithms of a key type. The type of an RSA key is called as its signature over SHA-1. */
function algorithmsOf(keyType: string): string[] {
  return keyType === 'ssh-rsa' ? ['rsa-sha2-512', 'rsa-sha2-256'] : [keyType];
}

function isAskedFor(keyType: string): boolean {
  const all: readonly string[] = HOST_KEY_ALGORITHMS;
  return algorithmsOf(keyType).some((one) => all.includes(one));
}

/**
 * Orders `all` host key algorithms so that those known for a host come first: a host that is known by one key is then
 * not asked for another.
 */
export function orderAlgorithms<T extends string>(
  entries: readonly KnownHost[],
  name: string,
  all: readonly T[],
): T[] {
  const own = entries.filter((entry) => entry.marker === undefined && matchesHost(entry.patterns, name));
  const known = new Set<string>(own.flatMap((entry) => algorithmsOf(entry.keyType)));
  return [...all.filter((one) => known.has(one)), ...all.filter((one) => !known.has(one))];
}
