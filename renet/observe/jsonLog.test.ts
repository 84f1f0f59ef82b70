import { describe, expect, it } from 'vitest';
import { createJsonLogReader } from './jsonLog.ts';
import type { LogPart } from './jsonLog.ts';

const entry = (text: string): Buffer =>
  Buffer.from(`${JSON.stringify({ log: text, stream: 'stdout', time: '2026-01-01T00:00:00Z' })}\n`);

/** Reads a file that is cut at every `size` bytes; entries as text, lost bytes as numbers. */
function read(file: Buffer, size: number): (string | number)[] {
  const reader = createJsonLogReader();
  const parts: LogPart[] = [];
  for (let at = 0; at < file.length; at += size) parts.push(...reader.add(file.subarray(at, at + size)));
  return [...parts, ...reader.end()].map((part) =>
    'bytes' in part ? Buffer.from(part.bytes).toString('utf8') : part.lost,
  );
}

describe('a log file of Docker', () => {
  const torn = entry('torn\n').subarray(0, 20);
  it.each<[string, Buffer[], (string | number)[]]>([
    ['whole', [entry('one\n'), entry('zwei é\n')], ['one\n', 'zwei é\n']],
    ['with zeros', [entry('one\n'), Buffer.alloc(4096), entry('two\n')], ['one\n', 4096, 'two\n']],
    [
      'that breaks off before the zeros',
      [entry('one\n'), torn, Buffer.alloc(5000), entry('two\n')],
      ['one\n', 5020, 'two\n'],
    ],
    ['that ends in zeros', [entry('one\n'), Buffer.alloc(7)], ['one\n', 7]],
    ['that breaks off', [entry('one\n'), torn], ['one\n', 20]],
    ['with a line that is no entry', [Buffer.from('[1]\nx\n'), entry('two\n')], [6, 'two\n']],
    [
      'with two holes',
      [Buffer.alloc(3), entry('one\n'), Buffer.alloc(4), entry('two\n')],
      [3, 'one\n', 4, 'two\n'],
    ],
  ])('%s', (_, pieces, expected) => {
    const file = Buffer.concat(pieces);
    for (const size of [1, 7, 64, file.length]) expect(read(file, size)).toEqual(expected);
  });

  it('counts a hole and a line without an end, however long they are', () => {
    const reader = createJsonLogReader();
    for (let turn = 0; turn < 100; turn += 1) reader.add(Buffer.alloc(64 * 1024, turn < 50 ? 0 : 'x'));
    expect(reader.end()).toEqual([{ lost: 100 * 64 * 1024 }]);
  });

  it('does not count a last line that is still written as lost', () => {
    const reader = createJsonLogReader();
    reader.add(torn);
    expect(reader.end(true)).toEqual([]);
  });
});
