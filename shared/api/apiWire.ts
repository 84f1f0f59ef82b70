import * as z from 'zod';
import { AppError, wireErrorSchema } from '../errors.ts';

/** A number in the frames of the two transports (docs/architecture.md, "One contract, two transports"). */
const number = z.number().int().nonnegative();

/** A name, a secret's proof or a number of 32 bytes, in base64url. */
const word = z.string().regex(/^[\w-]{43}$/);

/**
 * The messages from the window. The first one is `hello`, which names a secret, the second `proof`; another message
 * before them ends the connection (shared/api/mutualProof.ts).
 */
export const fromWindowSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), id: word, nonce: word }),
  z.object({ type: z.literal('proof'), proof: word }),
  z.object({ type: z.literal('call'), id: number, method: z.string(), params: z.unknown() }),
]);
export type FromWindow = z.infer<typeof fromWindowSchema>;

/**
 * The messages to the window, as JSON: `challenge` answers `hello`, `welcome` the window's proof. Bytes of a log are sent
 * as binary messages (encodeLogChunk).
 */
export const toWindowSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('challenge'), nonce: word, proof: word }),
  z.object({ type: z.literal('welcome') }),
  z.object({ type: z.literal('answer'), id: number, result: z.unknown() }),
  z.object({ type: z.literal('refusal'), id: number, error: wireErrorSchema }),
  z.object({ type: z.literal('event'), event: z.string(), payload: z.unknown() }),
]);
export type ToWindow = z.infer<typeof toWindowSchema>;

/** The answer to a call over Electron's IPC. Errors are sent as data, because IPC keeps only their message. */
export type CallAnswer =
  { ok: true; result: unknown } | { ok: false; error: z.infer<typeof wireErrorSchema> };

/** The object that the preload puts into the window as `rediacc`: one way to call and one way to listen. */
export interface ApiBridge {
  call(method: string, params: unknown): Promise<CallAnswer>;
  listen(listener: (event: string, payload: unknown) => void): void;
}

/** The code with which a WebSocket is closed when the window may not connect, so that trying again is useless. */
export const CLOSE_REFUSED = 4001;

/** The code with which a WebSocket is closed when the window did not prove itself in time: it may try again. */
export const CLOSE_LATE = 4002;

const CHUNK_HEADER = 12;

/** Encodes bytes of a log as a binary message: the log's number (4 bytes), the offset (8 bytes), the bytes. */
export function encodeLogChunk(chunk: { log: number; offset: number; bytes: Uint8Array }): Uint8Array {
  const message = new Uint8Array(CHUNK_HEADER + chunk.bytes.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, chunk.log);
  view.setBigUint64(4, BigInt(chunk.offset));
  message.set(chunk.bytes, CHUNK_HEADER);
  return message;
}

/** Decodes a chunk of a log. Throws `protocol-violation`. */
export function decodeLogChunk(message: Uint8Array): { log: number; offset: number; bytes: Uint8Array } {
  if (message.length < CHUNK_HEADER) throw new AppError('protocol-violation', { reason: 'a short chunk' });
  const view = new DataView(message.buffer, message.byteOffset);
  return {
    log: view.getUint32(0),
    offset: Number(view.getBigUint64(4)),
    bytes: message.subarray(CHUNK_HEADER),
  };
}
