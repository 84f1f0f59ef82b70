import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apiEvents, apiMethods, isApiEvent, isApiMethod } from './api.ts';
import { decodeLogChunk, encodeLogChunk, fromWindowSchema } from './apiWire.ts';

describe('a chunk of a log on the wire', () => {
  it('comes out as it went in, wherever it lies in memory', () => {
    const chunk = fc.record({
      log: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
      offset: fc.maxSafeNat(),
      bytes: fc.uint8Array({ maxLength: 300 }),
    });
    fc.assert(
      fc.property(chunk, fc.nat(20), (sent, shift) => {
        const message = encodeLogChunk(sent);
        const padded = new Uint8Array(shift + message.length);
        padded.set(message, shift);
        const { log, offset, bytes } = decodeLogChunk(padded.subarray(shift));
        expect({ log, offset, bytes: [...bytes] }).toEqual({ ...sent, bytes: [...sent.bytes] });
      }),
    );
  });

  it('is refused when it is too short to be one', () => {
    expect(() => decodeLogChunk(new Uint8Array(11))).toThrow(
      expect.objectContaining({ code: 'protocol-violation' }),
    );
  });
});

describe('the contract', () => {
  it('knows its own methods and events, and not what every object has', () => {
    expect(Object.keys(apiMethods).every(isApiMethod)).toBe(true);
    expect(Object.keys(apiEvents).every(isApiEvent)).toBe(true);
    for (const word of ['constructor', 'toString', '__proto__', 'machine.explode']) {
      expect([isApiMethod(word), isApiEvent(word)]).toEqual([false, false]);
    }
  });

  it('fills in what older settings do not say', () => {
    expect(apiMethods['settings.get'].result.parse({ theme: 'dark' })).toEqual({
      theme: 'dark',
      language: 'system',
      screenReader: false,
      notifications: true,
    });
  });

  it('knows frames of no other type', () => {
    expect(fromWindowSchema.safeParse({ type: 'call', id: 1, method: 'app.info', params: {} }).success).toBe(
      true,
    );
    expect(fromWindowSchema.safeParse({ type: 'eval', code: '1' }).success).toBe(false);
  });
});
