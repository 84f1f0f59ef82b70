/**
 * Base64 from bytes to bytes. A string between the two could not be overwritten, and would stay in memory as long as the
 * engine likes.
 */

const LETTERS = new TextEncoder().encode('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');
const VALUES = new Map([...LETTERS].map((letter, value) => [letter, value]));
const PAD = 0x3d;

/**
 * Makes bytes at a place of their own. What `new Uint8Array(length)` makes may lie in the heap, where a garbage collection
 * moves it and leaves copies that nobody overwrites.
 */
export function fixedBytes(length: number): Uint8Array {
  return new Uint8Array(new ArrayBuffer(length));
}

/** Copies bytes to a place of their own. */
export function copyOf(bytes: ArrayLike<number>): Uint8Array {
  const copy = fixedBytes(bytes.length);
  copy.set(bytes);
  return copy;
}

/** Encodes bytes as base64, with padding. */
export function encodeBase64(bytes: Uint8Array): Uint8Array {
  const text = fixedBytes(Math.ceil(bytes.length / 3) * 4).fill(PAD);
  let [held, bits, at] = [0, 0, 0];
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xffff;
    for (bits += 8; bits >= 6; at += 1) {
      bits -= 6;
      text[at] = LETTERS[(held >> bits) & 63] ?? PAD;
    }
  }
  if (bits > 0) text[at] = LETTERS[(held << (6 - bits)) & 63] ?? PAD;
  return text;
}

/** Decodes base64 with padding; undefined for anything else. */
export function decodeBase64(text: Uint8Array): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const padding = text.at(-1) !== PAD ? 0 : text.at(-2) !== PAD ? 1 : 2;
  const bytes = fixedBytes((text.length / 4) * 3 - padding);
  let [held, bits, at] = [0, 0, 0];
  for (const letter of text.subarray(0, text.length - padding)) {
    const value = VALUES.get(letter);
    if (value === undefined) {
      bytes.fill(0);
      return undefined;
    }
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at] = held >> bits;
    at += 1;
  }
  return bytes;
}
