/**
 * What the window and the program prove to each other over the WebSocket of browser mode, before either says anything
 * else (docs/decisions/browser-mode-token.md). Each proof is an HMAC-SHA-256 under the secret that both know, over the
 * two random numbers of this connection; the secret itself is never sent.
 */
type Proof =
  /** The program's: it goes first, so that a stranger on its port learns nothing. */
  | 'program'
  | 'window'
  /** Of a link: the secret and the name of the session that takes its place, as a link is good once. */
  | 'session'
  | 'session name';

/** Returns the text of a proof. The two numbers are base64url, so that no text has two readings. */
export function proofText(proof: Proof, windowNonce: string, programNonce: string): string {
  return `rediacc ${proof}\n${windowNonce}\n${programNonce}`;
}
