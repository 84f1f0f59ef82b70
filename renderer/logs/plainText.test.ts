import { describe, expect, it } from 'vitest';
import { colouredText, plainText } from './plainText.ts';

describe('plainText', () => {
  it.each([
    ['plain, with\ttab and ümlaut ✔', 'plain, with\ttab and ümlaut ✔'],
    ['\u001b[31mred\u001b[0m and \u001b[1;38;5;200mbold\u001b[m', 'red and bold'],
    ['\u001b]0;a title\u0007text', 'text'],
    ['\u001b]8;;https://example.org\u001b\\link\u001b]8;;\u001b\\', 'link'],
    ['\u001b]52;c;c2VjcmV0\u0007x', 'x'],
    ['\u001bP$q"p\u001b\\x', 'x'],
    ['line\r\nnext\r\n', 'line\nnext\n'],
    ['10 %\r50 %\r100 %\r\ndone', '100 %\ndone'],
    ['\u001b[2A\u001b[Kredrawn\u0008\u0007', 'redrawn'],
    ['cut \u001b[3', 'cut '],
    ['\u001b(Bascii', 'ascii'],
    ['\u009b31m eight bits', '31m eight bits'],
  ])('%j is copied as %j', (raw, copied) => {
    expect(plainText(raw)).toBe(copied);
  });
});

describe('colouredText', () => {
  it('keeps colours and nothing else', () => {
    expect(colouredText('\u001b[31mred\u001b[0m\u001b[2K\u001b]0;t\u0007\u0008')).toBe(
      '\u001b[31mred\u001b[0m',
    );
  });

  it('keeps the colour that a redrawn line had begun', () => {
    expect(colouredText('\u001b[32m1 %\r2 %\r\nnext')).toBe('\u001b[32m2 %\nnext');
  });
});
