import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../engine/clock.ts';

/**
 * The names of this computer itself, with any port, as people may come through ssh -L. A request under another name
 * comes from a page that had its own name point here (DNS rebinding).
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

/** The milliseconds for which a token is good. It can be used once. */
export const TOKEN_LIFE_MILLISECONDS = 60_000;

/** The one-time tokens that let a window in, and the session secrets that were given for them. */
export interface Entry {
  /** Returns a new token. Older tokens that were not used stay good for their time. */
  issue(): string;
  /** Returns a session's secret for a token; undefined when the token is unknown, used or too old. */
  exchange(token: string): string | undefined;
  /** Returns true for the secret of a session. */
  isSecret(secret: string): boolean;
}

/**
 * Makes the guard of browser mode, which lets a window in for a token that works once. It keeps only digests, and
 * compares them in constant time.
 */
export function createEntry(clock: Clock): Entry {
  const tokens: { digest: Buffer; until: number }[] = [];
  const secrets: Buffer[] = [];
  return {
    issue: () => {
      const token = randomWord();
      tokens.push({ digest: digestOf(token), until: clock.now() + TOKEN_LIFE_MILLISECONDS });
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
