import { proofText } from '../../shared/api/mutualProof.ts';

/** How this window is let in: the name of a secret that it shares with the program, and the secret. */
export interface Credentials {
  readonly id: string;
  readonly secret: string;
  /** A link's own secret lets in once; a session's is good until the program or the tab ends. */
  readonly isLink: boolean;
}

/** Returns a random number for one connection, 32 bytes in base64url. */
export function newNonce(): string {
  return toBase64Url(crypto.getRandomValues(new Uint8Array(32)));
}

/** Returns a proof under a secret: HMAC-SHA-256 in base64url. Needs a secure context, as loopback is one. */
export async function prove(
  secret: string,
  ...[proof, windowNonce, programNonce]: Parameters<typeof proofText>
): Promise<string> {
  const bytes = new TextEncoder();
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', bytes.encode(secret), algorithm, false, ['sign']);
  const text = bytes.encode(proofText(proof, windowNonce, programNonce));
  return toBase64Url(new Uint8Array(await crypto.subtle.sign('HMAC', key, text)));
}

function toBase64Url(bytes: Uint8Array): string {
  const base64 = btoa(String.fromCharCode(...bytes));
  return base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}
