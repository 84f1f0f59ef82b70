import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  fingerprintOf,
  HOST_KEY_ALGORITHMS,
  judgeHostKey,
  knownHostName,
  matchesHost,
  orderAlgorithms,
  parseKnownHosts,
} from './knownHosts.ts';

/** Returns a public key's bytes as RFC 4253 writes them: the name of the type, then the body. */
function key(type: string, body: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(type.length);
  return Buffer.concat([length, Buffer.from(type), Buffer.from(body)]);
}

const ed = key('ssh-ed25519', 'one');
const otherEd = key('ssh-ed25519', 'two');
const ecdsa = key('ecdsa-sha2-nistp256', 'one');
const rsa = key('ssh-rsa', 'one');
const line = (patterns: string, bytes: Buffer, marker = ''): string =>
  `${marker}${patterns} ${bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString()} ${bytes.toString('base64')}`;

/** Returns a host name as `HashKnownHosts` writes it. */
function hashed(name: string): string {
  const salt = Buffer.alloc(20, 7);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

describe('matchesHost', () => {
  it.each([
    ['web', 'web', true],
    ['web', 'WEB', true],
    ['web,db', 'db', true],
    ['*.example.org', 'a.example.org', true],
    ['*.example.org', 'a.example.com', false],
    ['web?', 'web1', true],
    ['*,!db', 'db', false],
    ['*,!db', 'web', true],
    ['a.b', 'axb', false],
    ['[10.0.0.1]:2222', '[10.0.0.1]:2222', true],
    ['10.0.0.1', '[10.0.0.1]:2222', false],
    ['!db', 'web', false],
    [hashed('web'), 'web', true],
    [hashed('web'), 'WEB', true],
    [hashed('web'), 'db', false],
    ['|1|broken', 'web', false],
  ])('%s and %s: %s', (patterns, name, expected) => {
    expect(matchesHost(patterns, name)).toBe(expected);
  });
});

describe('judgeHostKey', () => {
  const entries = (...lines: string[]): ReturnType<typeof parseKnownHosts> =>
    parseKnownHosts(lines.join('\n'), 'file');

  it.each([
    ['no entry', [], 'unknown'],
    ['a comment and rubbish', ['# web', 'web', '', '@cert-authority * ssh-rsa AAAA'], 'unknown'],
    ['the key', [line('web', ed)], 'known'],
    ['the key among others', [line('web', otherEd), line('web', ed)], 'known'],
    ['another key of the type', [line('web', otherEd)], 'changed'],
    ['only another type', [line('web', rsa)], 'changed'],
    ['a type that nobody is asked for any more', [line('web', key('ssh-dss', 'one'))], 'unknown'],
    ['another host', [line('db', ed)], 'unknown'],
    ['an ECDSA key', [line('web', ecdsa), line('web', ed)], 'known'],
    ['the key, but not for this name', [line('*,!web', ed)], 'unknown'],
    ["another's key, revoked", [line('*', otherEd, '@revoked ')], 'unknown'],
    ['a marker nobody knows', [line('web', otherEd, '@later ')], 'unknown'],
    ['a line end of Windows', [`${line('web', ed)}\r`], 'known'],
    ['the key, revoked', [line('web', ed), line('*', ed, '@revoked ')], 'revoked'],
  ])('%s', (_, lines, kind) => {
    expect(judgeHostKey(entries(...lines), 'web', ed).kind).toBe(kind);
  });

  it('names the known fingerprint and its file when the key changed', () => {
    expect(judgeHostKey(entries(line('web', rsa), line('web', otherEd)), 'web', ed)).toEqual({
      kind: 'changed',
      known: fingerprintOf(otherEd),
      knownTypes: ['ssh-ed25519', 'ssh-rsa', 'ssh-ed25519'],
      file: 'file',
    });
  });
});

describe('orderAlgorithms', () => {
  it('offers what is known for the host first, an RSA key with all its signatures', () => {
    const all = ['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'];
    const known = parseKnownHosts(`${line('web', rsa)}\n${line('db', ed)}`, 'file');
    expect(orderAlgorithms(known, 'web', all)).toEqual(['rsa-sha2-512', 'rsa-sha2-256', 'ssh-ed25519']);
    expect(orderAlgorithms(known, 'nowhere', all)).toEqual(all);
    const two = parseKnownHosts(`${line('web', ecdsa)}\n${line('web', ed, '@revoked ')}`, 'file');
    expect(orderAlgorithms(two, 'web', HOST_KEY_ALGORITHMS)[0]).toBe('ecdsa-sha2-nistp256');
  });
});

it('names a host as known_hosts does', () => {
  expect([knownHostName('web', 22), knownHostName('web', 2222)]).toEqual(['web', '[web]:2222']);
});

// A regular expression would not come back within the test's time.
it('a pattern of twenty stars costs nothing, nor do thousands of lines', () => {
  const host = 'a'.repeat(250);
  const line = `${'*a'.repeat(20)}*b ssh-ed25519 AAAA`;
  const entries = parseKnownHosts(`${line}\n`.repeat(5000), 'known_hosts');
  expect(entries).toHaveLength(5000);
  expect(judgeHostKey(entries, host, Buffer.alloc(32))).toEqual({ kind: 'unknown' });
  expect([matchesHost('*.Example.org,!db.*', 'WEB.example.org'), matchesHost('web?', 'web')]).toEqual([
    true,
    false,
  ]);
});
