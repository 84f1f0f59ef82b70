import { AppError } from '../errors.ts';
import { fixedBytes } from '../secrets/secretBytes.ts';
import { encodeWithSecrets, parseWithSecrets, wipeSecrets } from '../secrets/secretJson.ts';

/**
 * The kinds of frames between engine and renet. A frame is 4 bytes with the length of the rest (big endian), 1 byte
 * with the kind, and the payload. Kind 1: a JSON document, UTF-8. Kind 2: 4 bytes stream id, 8 bytes position of the
 * first byte, then raw output.
 */
const KIND_JSON = 1;
const KIND_BYTES = 2;
const BYTES_HEADER = 12;

/** The place of a request's secrets in a message: among its parameters. */
export const SECRETS_WITHIN = 'params';

/** The largest frame in bytes. Larger ones are refused, as nothing we send comes near. */
export const MAX_FRAME = 8 * 1024 * 1024;

/** A decoded frame. `size`: the bytes of the JSON document, as it came. */
export type Frame =
  | { kind: 'json'; value: unknown; size: number }
  | { kind: 'bytes'; stream: number; position: number; bytes: Uint8Array };

/**
 * The largest frame in bytes that the agent takes, which serves everybody: no engine of any version sends more than a part of
 * a header in base64.
 */
export const MAX_FRAME_TO_AGENT = 2 * 1024 * 1024;

/**
 * Encodes a JSON value as one frame. Secrets in a request's parameters are bytes, and the caller overwrites the frame once
 * it was sent. Throws `protocol-violation` for one that the other side would refuse as too large:
 * the message alone then fails, and not the channel.
 */
export function encodeJson(value: unknown): Uint8Array {
  const body = encodeWithSecrets(value, SECRETS_WITHIN);
  try {
    if (body.length >= MAX_FRAME) throw violation(`a message of ${body.length} bytes`);
    return assemble(KIND_JSON, body);
  } finally {
    body.fill(0);
  }
}

/** Encodes output of a stream as one frame. `position`: the offset of the first byte in the whole output. */
export function encodeBytes(stream: number, position: number, bytes: Uint8Array): Uint8Array {
  const body = new Uint8Array(BYTES_HEADER + bytes.length);
  const view = new DataView(body.buffer);
  view.setUint32(0, stream);
  view.setBigUint64(4, BigInt(position));
  body.set(bytes, BYTES_HEADER);
  return assemble(KIND_BYTES, body);
}

function assemble(kind: number, body: Uint8Array): Uint8Array {
  const frame = fixedBytes(5 + body.length);
  new DataView(frame.buffer).setUint32(0, 1 + body.length);
  frame[4] = kind;
  frame.set(body, 5);
  return frame;
}

/** A decoder of frames: takes bytes as they arrive, and returns the frames that they complete. */
export interface FrameDecoder {
  (chunk: Uint8Array): Frame[];
  /** Overwrites what has come of a frame that was not completed, where it may hold a secret. Called at the end. */
  end(): void;
}

/**
 * Makes a decoder that takes bytes as they arrive, in any cut, and returns the frames that they complete. It throws
 * `protocol-violation` for bytes that cannot be a frame. With `takesSecrets`, which is for the agent, secrets in a
 * request's parameters come out as bytes, all that brought a message is overwritten, the chunks themselves too, and frames
 * are smaller.
 */
export function createFrameDecoder({ takesSecrets } = { takesSecrets: false }): FrameDecoder {
  // Chunks are kept as they came and joined when a frame is complete, so that a large frame is copied once.
  let chunks: Uint8Array[] = [];
  let buffered = 0;
  let needed = 4;
  const largest = takesSecrets ? MAX_FRAME_TO_AGENT : MAX_FRAME;
  const complete = (frames: Frame[]): void => {
    while (buffered >= needed) {
      const joined = join(chunks, buffered);
      if (takesSecrets && chunks.length > 1) for (const copied of chunks) copied.fill(0);
      chunks = [joined];
      const length = new DataView(joined.buffer, joined.byteOffset).getUint32(0);
      if (length < 1 || length > largest) throw violation(`a frame of ${length} bytes`);
      needed = 4 + length;
      if (buffered < needed) break;
      frames.push(decode(joined.subarray(4, needed), takesSecrets));
      chunks = [joined.subarray(needed)];
      buffered -= needed;
      needed = 4;
    }
  };
  const decodeNext = (chunk: Uint8Array): Frame[] => {
    chunks.push(chunk);
    buffered += chunk.length;
    const frames: Frame[] = [];
    try {
      complete(frames);
    } catch (error) {
      // Nobody gets the frames before the one that is none.
      for (const frame of frames)
        if (takesSecrets && frame.kind === 'json') wipeSecrets(frame.value, SECRETS_WITHIN);
      throw error;
    }
    return frames;
  };
  const end = (): void => {
    if (takesSecrets) for (const chunk of chunks) chunk.fill(0);
    [chunks, buffered, needed] = [[], 0, 4];
  };
  return Object.assign(decodeNext, { end });
}

function decode(body: Uint8Array, takesSecrets: boolean): Frame {
  const payload = body.subarray(1);
  if (body[0] === KIND_JSON)
    return { kind: 'json', value: parse(payload, takesSecrets), size: payload.length };
  if (body[0] !== KIND_BYTES || payload.length < BYTES_HEADER) throw violation('an unknown kind of frame');
  const view = new DataView(payload.buffer, payload.byteOffset);
  return {
    kind: 'bytes',
    stream: view.getUint32(0),
    position: Number(view.getBigUint64(4)),
    bytes: payload.subarray(BYTES_HEADER),
  };
}

function parse(payload: Uint8Array, takesSecrets: boolean): unknown {
  try {
    if (takesSecrets) return parseWithSecrets(payload, SECRETS_WITHIN);
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    // The engine's own words quote the text, which may hold a secret.
    throw violation('a message that is not JSON');
  } finally {
    if (takesSecrets) payload.fill(0);
  }
}

function join(chunks: Uint8Array[], length: number): Uint8Array {
  const [first] = chunks;
  if (chunks.length === 1 && first) return first;
  const joined = fixedBytes(length);
  let at = 0;
  for (const chunk of chunks) {
    joined.set(chunk, at);
    at += chunk.length;
  }
  return joined;
}

function violation(reason: string): AppError {
  return new AppError('protocol-violation', { reason });
}
