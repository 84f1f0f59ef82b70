import { decodeBase64, encodeBase64, fixedBytes } from './secretBytes.ts';

/**
 * JSON with secrets: base64 in the document, bytes in the program, and a string nowhere between, because nobody can
 * overwrite a string (docs/decisions/secrets-on-standard-input.md). The document is the one that version 0.1.0 writes and
 * reads.
 */

/** The names of the values that are secrets: a passphrase, and the one that takes its place. */
const SECRETS = ['secret', 'newSecret'] as const;
type SecretName = (typeof SECRETS)[number];

/** An object whose values may be secrets. */
export type SecretHolder = Partial<Record<SecretName, unknown>>;

/** The place of a secret's text in a document, between its quotation marks. */
interface Place {
  readonly name: SecretName;
  readonly from: number;
  readonly to: number;
}

const [QUOTE, BACKSLASH, COLON, COMMA] = [0x22, 0x5c, 0x3a, 0x2c];
const [OPEN_OBJECT, OPEN_ARRAY, CLOSE_OBJECT, CLOSE_ARRAY] = [0x7b, 0x5b, 0x7d, 0x5d];
const SPACE = 0x20;
const BLANKS = [SPACE, 0x09, 0x0a, 0x0d];

/**
 * Encodes a value as JSON, the secrets that it holds as bytes with it. With `within` they are looked for in the object of
 * that name, and else in the value itself. The caller overwrites what comes back once it was sent.
 */
export function encodeWithSecrets(value: unknown, within?: string): Uint8Array {
  const encode = (whole: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(whole));
  const holder = holderIn(value, within);
  const secrets = new Map(bytesOf(holder));
  if (secrets.size === 0) return encode(value);
  const empty = { ...holder, ...Object.fromEntries([...secrets.keys()].map((name) => [name, ''])) };
  const document = encode(within === undefined ? empty : { ...(value as object), [within]: empty });
  return findSecrets(document, within).reduceRight((whole, { name, from }) => {
    const secret = secrets.get(name);
    return secret === undefined ? whole : inserted(whole, from, encodeBase64(secret));
  }, document);
}

/**
 * Parses JSON. Secrets come out as bytes, and their text is overwritten in `json`; a secret that is no base64 stays the
 * string that it is. `within`: as `encodeWithSecrets` has it. Throws SyntaxError, and TypeError for what is no UTF-8.
 */
export function parseWithSecrets(json: Uint8Array, within?: string): unknown {
  const secrets = new Map<SecretName, Uint8Array>();
  for (const { name, from, to } of findSecrets(json, within)) {
    const bytes = decodeBase64(json.subarray(from, to));
    if (bytes === undefined) continue;
    // JSON takes the last of two values of one name.
    secrets.get(name)?.fill(0);
    secrets.set(name, bytes);
    // Between the quotation marks nothing is left; blanks may follow a value.
    json.fill(SPACE, from, to + 1)[from] = QUOTE;
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
    return value;
  } finally {
    const holder = holderIn(value, within);
    for (const [name, bytes] of secrets) {
      if (holder?.[name] === '') holder[name] = bytes;
      else bytes.fill(0);
    }
  }
}

/** Returns whether a value holds secrets as bytes. `within`: as `encodeWithSecrets` has it. */
export function holdsSecrets(value: unknown, within?: string): boolean {
  return bytesOf(holderIn(value, within)).length > 0;
}

/** Overwrites the secrets that a value holds as bytes. `within`: as `encodeWithSecrets` has it. */
export function wipeSecrets(value: unknown, within?: string): void {
  for (const [, bytes] of bytesOf(holderIn(value, within))) bytes.fill(0);
}

function bytesOf(holder: SecretHolder | undefined): [SecretName, Uint8Array][] {
  return SECRETS.flatMap((name): [SecretName, Uint8Array][] => {
    const value = holder?.[name];
    return value instanceof Uint8Array ? [[name, value]] : [];
  });
}

function holderIn(value: unknown, within: string | undefined): SecretHolder | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (within === undefined) return value;
  const [, inner] = Object.entries(value).find(([name]) => name === within) ?? [];
  return holderIn(inner, undefined);
}

/** Returns `whole` with `part` inserted at `at`, and overwrites both. */
function inserted(whole: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  const made = fixedBytes(whole.length + part.length);
  made.set(whole.subarray(0, at));
  made.set(part, at);
  made.set(whole.subarray(at), at + part.length);
  whole.fill(0);
  part.fill(0);
  return made;
}

/**
 * Finds the secrets' texts in a JSON document, without a look into other strings. Their names have to stand there as we
 * write them, without escapes. In a document that is no JSON it may find anything.
 */
function findSecrets(json: Uint8Array, within: string | undefined): Place[] {
  const level = within === undefined ? 1 : 2;
  const found: Place[] = [];
  // The names that the scan is in, the outermost first; none in an array.
  const names: (string | undefined)[] = [];
  const known = [...SECRETS, ...(within === undefined ? [] : [within])];
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      depth += 1;
      if (depth <= level) names[depth] = undefined;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1;
    if (byte !== QUOTE) continue;
    const [from, to] = [at + 1, endOfString(json, at + 1)];
    at = to;
    if (depth > level) continue;
    if (isName(json, to)) {
      names[depth] = known.find((name) => isText(json.subarray(from, to), name));
      continue;
    }
    const name = SECRETS.find((one) => depth === level && one === names[depth]);
    if (name !== undefined && (within === undefined || names[1] === within)) found.push({ name, from, to });
  }
  return found;
}

/** Returns the place of the quotation mark that ends a string; the end of the document when none does. */
function endOfString(json: Uint8Array, from: number): number {
  let at = from;
  while (at < json.length && json[at] !== QUOTE) at += json[at] === BACKSLASH ? 2 : 1;
  return Math.min(at, json.length);
}

/** Tells whether the string that ends at `end` is the name of a value. */
function isName(json: Uint8Array, end: number): boolean {
  let at = end + 1;
  while (BLANKS.includes(json[at] ?? COMMA)) at += 1;
  return json[at] === COLON;
}

function isText(bytes: Uint8Array, text: string): boolean {
  return bytes.length === text.length && bytes.every((byte, at) => byte === text.charCodeAt(at));
}
