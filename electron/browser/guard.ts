import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../engine/clock.ts';

/**
 * Names of this computer itself; any port, as people come through ssh -L. Another name is a page's trick (rebinding).
 */
const OWN_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/** Returns true when a request's Host header names this computer's loopback. */
export function isOwnHost(host: string | undefined): host is string {
  return host !== undefined && OWN_HOST.test(host);
}

/** Returns true when a request comes from a page that we served under the host that the request names. */
export function isOwnOrigin(origin: string | undefined, host: string): boolean {
  return origin !== undefined && origin.toLowerCase() === `http://${host.toLowerCase()}`;
}

/** A token is good once, for so long, milliseconds. */
export const TOKEN_LIFE = 60_000;

/** Who may come in: one-time tokens, and the session secrets that they were given for. */
export interface Entry {
  /** A new token; older ones that were not used stay good for their time. */
  issue(): string;
  /** A session's secret for a token; undefined when it is unknown, used or too old. */
  exchange(token: string): string | undefined;
  isSecret(secret: string): boolean;
}

/**
 * Makes the guard of browser mode's door, which gives out links that work once. Only digests are kept, and compared in
 * constant time.
 */
export function createEntry(clock: Clock): Entry {
  const tokens: { digest: Buffer; until: number }[] = [];
  const secrets: Buffer[] = [];
  return {
    issue: () => {
      const token = randomWord();
      tokens.push({ digest: digestOf(token), until: clock.now() + TOKEN_LIFE });
      return token;
    },
    exchange: (token) => {
      const now = clock.now();
      const digest = digestOf(token);
      const at = tokens.findIndex((known) => timingSafeEqual(known.digest, digest));
      const [known] = at < 0 ? [] : tokens.splice(at, 1);
      if (!known || known.until < now) return undefined;
      const secret = randomWord();
      secrets.push(digestOf(secret));
      return secret;
    },
    isSecret: (secret) => {
      const digest = digestOf(secret);
      return secrets.some((known) => timingSafeEqual(known, digest));
    },
  };
}

function randomWord(): string {
  return randomBytes(32).toString('base64url');
}

function digestOf(word: string): Buffer {
  return createHash('sha256').update(word).digest();
}
