import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createByteStore } from './byteStore.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array) => new TextDecoder().decode(value);

describe('createByteStore', () => {
  it('keeps every byte in order, whatever the cuts, and leaves out what came twice', () => {
    const store = createByteStore();
    store.append(bytes('one\ntw'), 0);
    store.append(bytes('two\nthr'), 4);
    store.append(bytes('o\n'), 6);
    expect(text(store.read(0, 100))).toBe('one\ntwo\nthr');
    expect(store.position()).toBe(11);
  });

  it('counts lines as a person does', () => {
    const store = createByteStore();
    expect(store.lineCount()).toBe(0);
    store.append(bytes('a'), 0);
    expect(store.lineCount()).toBe(1);
    store.append(bytes('\n'), 1);
    expect(store.lineCount()).toBe(1);
    store.append(bytes('\nb'), 2);
    expect(store.lineCount()).toBe(3);
    expect([0, 1, 2, 3].map((line) => store.lineStart(line))).toEqual([0, 2, 3, 4]);
    expect([0, 1, 2, 3].map((offset) => store.lineAt(offset))).toEqual([0, 0, 1, 2]);
  });

  it('remembers a middle that the machine dropped', () => {
    const store = createByteStore();
    store.append(bytes('start\n'), 0);
    store.append(bytes('end\n'), 1006);
    expect(store.gaps).toEqual([{ at: 6, bytes: 1000 }]);
    expect(store.position()).toBe(1010);
    expect([3, 6, 500, 1005, 1006, 1008].map((position) => store.offsetOf(position))).toEqual([
      3, 6, 6, 6, 6, 8,
    ]);
  });

  it('gives back exactly the bytes of any pieces, lines and all', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), (pieces) => {
        const store = createByteStore();
        for (const piece of pieces) store.append(piece, store.position());
        const all = Buffer.concat(pieces);
        expect(Buffer.from(store.read(0, all.length))).toEqual(all);
        const lines = Array.from({ length: store.lineCount() }, (_, line) =>
          Buffer.from(store.read(store.lineStart(line), store.lineStart(line + 1))),
        );
        expect(Buffer.concat(lines)).toEqual(all);
      }),
    );
  });

  it('keeps a million lines in little more than their own bytes', () => {
    const store = createByteStore();
    const piece = bytes(
      '2026-11-24 line of a log that says something of usual length, 90 characters or so ....\n'.repeat(1000),
    );
    const hash = createHash('sha256');
    for (let n = 0; n < 1000; n += 1) {
      store.append(piece, store.position());
      hash.update(piece);
    }
    expect(store.lineCount()).toBe(1_000_000);
    const stored = createHash('sha256');
    const parts = store.parts(0, store.length());
    for (const part of parts) stored.update(part);
    expect(stored.digest('hex')).toBe(hash.digest('hex'));
    const memory = parts.reduce((sum, part) => sum + part.buffer.byteLength, 0) + 4 * store.lineCount();
    expect(memory).toBeLessThan(150_000_000);
  });
});
