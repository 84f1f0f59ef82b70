import { describe, expect, it } from 'vitest';
import { readLuksHeader } from './luksHeader.ts';

const uuid = '19917132-4314-4573-8b09-155fb7c9adb3';
const metadataSize = 16384;
const size = 2 * metadataSize + 4096;

/** Makes a header as the specification has it, without a key slot. */
function header(overrides: { magic?: string; version?: number; json?: string } = {}): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  const put = (at: number, text: string): void => bytes.set(new TextEncoder().encode(text), at);
  put(0, overrides.magic ?? 'LUKS');
  bytes.set([0xba, 0xbe], 4);
  view.setUint16(6, overrides.version ?? 2);
  view.setBigUint64(8, BigInt(metadataSize));
  put(168, uuid);
  put(4096, overrides.json ?? JSON.stringify({ keyslots: {}, config: { keyslots_size: '4096' } }));
  return bytes;
}

describe('readLuksHeader', () => {
  it('reads the UUID and how much belongs to it', () => {
    expect(readLuksHeader(header())).toEqual({ uuid, size });
    expect(readLuksHeader(header().subarray(0))).toEqual({ uuid, size });
  });

  it.each([
    ['another magic', header({ magic: 'SKUL' })],
    ['version 1', header({ version: 1 })],
    ['broken metadata', header({ json: '{' })],
    ['metadata without a size', header({ json: '{"config":{}}' })],
    ['one that was cut off', header().subarray(0, size - 1)],
    ['almost nothing', header().subarray(0, 100)],
    ['nothing', new Uint8Array()],
  ])('knows none in %s', (_, bytes) => {
    expect(readLuksHeader(bytes)).toBeUndefined();
  });
});
