import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { proofText } from '../../shared/api/mutualProof.ts';
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

/** The milliseconds for which a link is good. It can be used once. */
export const TOKEN_LIFE_MILLISECONDS = 60_000;

/** A way in for one window, and a question by which a page finds out beforehand whether it would meet this program. */
export interface Ticket {
  /** The name and the secret of the link, as its fragment carries them. */
  readonly token: string;
  readonly question: string;
  readonly answer: string;
}

/** The program's answer to a window that has named its secret. */
interface Greeting {
  readonly nonce: string;
  /** The proof that this program knows the secret. */
  readonly proof: string;
  /** Returns true for the window's own proof. A link's token is used up then, and a session takes its place. */
  accept(proof: string): boolean;
}

/** The links that let a window in, and the sessions that came of them. All of them end with the program. */
export interface Entry {
  /** Returns a new ticket. Older ones that were not used stay good for their time. */
  issue(): Ticket;
  /** Returns the answer to a ticket's question; undefined for any other question. */
  answer(question: string): string | undefined;
  /** Answers a window that names a secret; undefined when there is none of that name, or no longer. */
  greet(id: string, windowNonce: string): Greeting | undefined;
}

interface Link extends Ticket {
  readonly secret: string;
  readonly until: number;
}

/** Makes the guard of browser mode. */
export function createEntry(clock: Clock): Entry {
  const links = new Map<string, Link>();
  const sessions = new Map<string, string>();
  const linkOf = (id: string): Link | undefined => {
    for (const [old, { until }] of links) if (until < clock.now()) links.delete(old);
    return links.get(id);
  };
  return {
    issue: () => {
      const [id, secret] = [randomWord(), randomWord()];
      const ticket = { token: `${id}.${secret}`, question: randomWord(), answer: randomWord() };
      links.set(id, { ...ticket, secret, until: clock.now() + TOKEN_LIFE_MILLISECONDS });
      return ticket;
    },
    answer: (question) =>
      [...links.values()].find((link) => link.question === question && link.until >= clock.now())?.answer,
    greet: (id, windowNonce) => {
      const secret = sessions.get(id) ?? linkOf(id)?.secret;
      if (secret === undefined) return undefined;
      const nonce = randomWord();
      const proofOf = (proof: Parameters<typeof proofText>[0]): string =>
        hmac(secret, proofText(proof, windowNonce, nonce));
      return {
        nonce,
        proof: proofOf('program'),
        accept: (proof) => {
          if (!isSame(proof, proofOf('window'))) return false;
          if (sessions.get(id) === secret) return true;
          // Of two windows that were greeted for one link, the first one to prove itself is let in.
          if (linkOf(id)?.secret !== secret) return false;
          links.delete(id);
          sessions.set(proofOf('session name'), proofOf('session'));
          return true;
        },
      };
    },
  };
}

function randomWord(): string {
  return randomBytes(32).toString('base64url');
}

function hmac(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('base64url');
}

/** Compares in constant time. The length of a proof is no secret. */
function isSame(given: string, right: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}
