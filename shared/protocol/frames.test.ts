import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameDecoder, encodeBytes, encodeJson, MAX_FRAME, MAX_FRAME_TO_AGENT } from './frames.ts';
import { HEADER_PART } from './protocol.ts';
import type { Frame } from './frames.ts';

const encode = (frame: Frame): Uint8Array =>
  frame.kind === 'json' ? encodeJson(frame.value) : encodeBytes(frame.stream, frame.position, frame.bytes);

const anyFrame: fc.Arbitrary<Frame> = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary' }).map((value) => ({
    ...{ kind: 'json' as const, value, size: Buffer.byteLength(JSON.stringify(value)) },
  })),
  fc.record({
    kind: fc.constant('bytes' as const),
    stream: fc.nat({ max: 2 ** 32 - 1 }),
    position: fc.maxSafeNat(),
    bytes: fc.uint8Array(),
  }),
);

/** Cuts bytes at these fractions of their length; some pieces are empty. */
function cut(bytes: Uint8Array, fractions: readonly number[]): Uint8Array[] {
  const ends = fractions.map((fraction) => Math.floor(fraction * bytes.length)).sort((a, b) => a - b);
  return [...ends, bytes.length].map((end, at) => bytes.subarray(ends[at - 1] ?? 0, end));
}

/** Turns frames into text that can be compared: values as JSON carries them (it has no -0), bytes as hexadecimal. */
const comparable = (frames: readonly Frame[]): string[] =>
  frames.map((frame) =>
    JSON.stringify(
      frame.kind === 'json' ? frame : { ...frame, bytes: Buffer.from(frame.bytes).toString('hex') },
    ),
  );

/** Makes the beginning of a frame whose head says that it is `length` bytes long. */
function begin(length: number, ...rest: number[]): Uint8Array {
  const bytes = new Uint8Array(4 + rest.length);
  new DataView(bytes.buffer).setUint32(0, length);
  bytes.set(rest, 4);
  return bytes;
}

describe('frames', () => {
  it('come out as they went in, under any cut of the bytes', () => {
    const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
    fc.assert(
      fc.property(fc.array(anyFrame, { maxLength: 6 }), fractions, (sent, where) => {
        const decode = createFrameDecoder();
        const received = cut(Buffer.concat(sent.map(encode)), where).flatMap((piece) => decode(piece));
        expect(comparable(received)).toEqual(comparable(sent));
      }),
    );
  });

  it('come out as soon as they are whole, one byte at a time', () => {
    const first = encodeJson({ type: 'pong', text: 'é\u{1F600}' });
    const second = encodeBytes(7, 2 ** 40, Uint8Array.of(0, 10, 255));
    const decode = createFrameDecoder();
    const bytes = [...first, ...second];
    const ends = bytes.flatMap((byte, at) => (decode(Uint8Array.of(byte)).length > 0 ? [at + 1] : []));
    expect(ends).toEqual([first.length, first.length + second.length]);
  });

  it('bring secrets as bytes, and are overwritten, under any cut of the bytes', () => {
    const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 12 });
    const secrets = { secret: fc.uint8Array({ minLength: 16 }), newSecret: fc.uint8Array({ minLength: 16 }) };
    const requests = fc.record({ type: fc.string(), params: fc.record({ by: fc.string(), ...secrets }) });
    fc.assert(
      fc.property(fc.array(requests, { minLength: 1, maxLength: 4 }), fractions, (sent, where) => {
        const bytes = Buffer.concat(sent.map(encodeJson));
        const decode = createFrameDecoder({ takesSecrets: true });
        const received = cut(bytes, where).flatMap((piece) => decode(piece));
        expect(received.map((frame) => (frame.kind === 'json' ? frame.value : undefined))).toEqual(sent);
        for (const { params } of sent)
          for (const secret of [params.secret, params.newSecret])
            expect(bytes.includes(Buffer.from(secret).toString('base64'))).toBe(false);
        expect(bytes.includes('params')).toBe(false);
      }),
    );
  });

  it.each([
    ['that never came whole', (sent: Uint8Array) => [sent.subarray(0, 7), sent.subarray(7, -1)]],
    ['behind one that is refused', (sent: Uint8Array) => [Buffer.concat([begin(0), sent])]],
  ])('overwrite at the end what has come of a message %s', (_, arrive) => {
    const decode = createFrameDecoder({ takesSecrets: true });
    const secret = Buffer.from('correct horse battery');
    const sent = encodeJson({ type: 'request', params: { secret: Uint8Array.from(secret) } });
    const chunks = arrive(sent).map((chunk) => Uint8Array.from(chunk));
    try {
      for (const chunk of chunks) decode(chunk);
    } catch (error) {
      expect(error).toMatchObject({ code: 'protocol-violation' });
    }
    decode.end();
    expect(Buffer.concat(chunks).every((byte) => byte === 0)).toBe(true);
  });

  it('that are no JSON are refused without a word of them', () => {
    const body = Buffer.from('{"params":{"secret":"c2VjcmV0"');
    expect(() => createFrameDecoder()(Buffer.concat([begin(1 + body.length, 1), body]))).toThrow(
      expect.objectContaining({ details: { reason: 'a message that is not JSON' } }),
    );
  });

  it('may be as large as the limit', () => {
    const largest = encodeBytes(1, 0, new Uint8Array(MAX_FRAME - 13));
    expect(createFrameDecoder()(largest)).toHaveLength(1);
    expect(() => createFrameDecoder()(begin(MAX_FRAME + 1))).toThrow();
  });

  it('are not made of a message that the other side would refuse', () => {
    // The document, its two quotation marks and the byte of the kind.
    expect(encodeJson('x'.repeat(MAX_FRAME - 3))).toHaveLength(MAX_FRAME + 4);
    expect(() => encodeJson('x'.repeat(MAX_FRAME - 2))).toThrow(
      expect.objectContaining({ code: 'protocol-violation' }),
    );
  });

  it('too large is refused by its first four bytes, before any of the rest has come', () => {
    const decode = createFrameDecoder();
    expect(decode(begin(MAX_FRAME + 1).subarray(0, 3))).toEqual([]);
    expect(() => decode(begin(MAX_FRAME + 1).subarray(3))).toThrow('8388609');
  });

  it('to the agent is a quarter as large at most, and one with a part of a header is far smaller', () => {
    const decode = createFrameDecoder({ takesSecrets: true });
    const base64 = Buffer.alloc(HEADER_PART).toString('base64');
    const part = encodeJson({ type: 'request', id: 1, method: 'header.write', params: { base64 } });
    expect(part.length * 2).toBeLessThan(MAX_FRAME_TO_AGENT);
    expect(decode(part)).toHaveLength(1);
    expect(() => decode(begin(MAX_FRAME_TO_AGENT + 1))).toThrow('2097153');
  });

  it.each([
    ['too large', begin(MAX_FRAME + 1)],
    ['as large as four bytes can say', begin(2 ** 32 - 1)],
    ['empty', begin(0)],
    ['of an unknown kind', begin(1, 3)],
    ['of bytes without their place', begin(5, 2, 0, 0, 0, 1)],
    ['that is not JSON', begin(2, 1, 0x7b)],
    ['that is not UTF-8', begin(4, 1, 0x22, 0xff, 0x22)],
    ["of a login shell's words", Buffer.from('Welcome to Debian!\n')],
  ])('a frame %s is refused', (_, bytes) => {
    expect(() => createFrameDecoder()(bytes)).toThrow(
      expect.objectContaining({ code: 'protocol-violation' }),
    );
  });
});
