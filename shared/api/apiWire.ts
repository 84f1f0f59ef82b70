import * as z from 'zod';
import { AppError, wireErrorSchema } from '../errors.ts';

/** Frames of the two transports (docs/architecture.md, "One contract, two transports"). */
const number = z.number().int().nonnegative();

/** From the window. The first one is `hello`; anything else before it ends the connection. */
export const fromWindowSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), secret: z.string() }),
  z.object({ type: z.literal('call'), id: number, method: z.string(), params: z.unknown() }),
]);
export type FromWindow = z.infer<typeof fromWindowSchema>;

/** To the window, as JSON; bytes of a log travel as binary messages (encodeLogChunk). */
export const toWindowSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('welcome') }),
  z.object({ type: z.literal('answer'), id: number, result: z.unknown() }),
  z.object({ type: z.literal('refusal'), id: number, error: wireErrorSchema }),
  z.object({ type: z.literal('event'), event: z.string(), payload: z.unknown() }),
]);
export type ToWindow = z.infer<typeof toWindowSchema>;

/** How a call over Electron's IPC ends: errors cross as data, because IPC keeps no more than their message. */
export type CallAnswer =
  { ok: true; result: unknown } | { ok: false; error: z.infer<typeof wireErrorSchema> };

/** What the preload puts into the window as `rediacc`: one generic call, one generic listener. */
export interface ApiBridge {
  call(method: string, params: unknown): Promise<CallAnswer>;
  listen(listener: (event: string, payload: unknown) => void): void;
}

/** Codes with which a WebSocket is closed: not let in, so that trying again is of no use. */
export const CLOSE_REFUSED = 4001;

const CHUNK_HEADER = 12;

/** Bytes of a log as a binary message: the log's number (4 bytes), the offset (8), the bytes. */
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
