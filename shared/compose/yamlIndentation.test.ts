import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { readCompose } from './compose.ts';
import { withLinesIndented } from './yamlIndentation.ts';

/** Returns what a text means, once its lines are indented; undefined when that is still an error. */
function meaning(text: string): unknown {
  const document = parseDocument(withLinesIndented(text) ?? text);
  return document.errors.length > 0 ? undefined : document.toJS();
}

describe('lines that stand too far left', () => {
  // What each means was asked of Compose 2.26.1 and 2.40.3.
  it.each<[string, string, unknown]>([
    ['a quote closed at its key', 'a:\n  b: "\n    x\n  "\n', { a: { b: ' x ' } }],
    ['a quoted text at the margin', 'a:\n  b: "x\ny\n\nz"\n  c: 1\n', { a: { b: 'x y\nz', c: 1 } }],
    ['single quotes', "a:\n  b: 'it''s\n  \"y\n  '\n  c: 1\n", { a: { b: 'it\'s "y ', c: 1 } }],
    ['an escaped line end', 'a:\n  b: "x\\\ny\\"\nz"\n', { a: { b: 'xy" z' } }],
    ['tabs', 'a:\n  b: "x\n\t\ty"\n  c: [\n\tx,\n\ty\n\t]\n', { a: { b: 'x y', c: ['x', 'y'] } }],
    ['items at the key', 'a:\n  b: [\n  "x", y\n  ]\n  c: 1\n', { a: { b: ['x', 'y'], c: 1 } }],
    ['a mapping in a list', 'a:\n  b: [ {\n    x: 1\n  } ]\nc: 1\n', { a: { b: [{ x: 1 }] }, c: 1 }],
    ['braces', 'a:\n  b: {\n  x: 1, "y":2\n}\n  c: 1\n', { a: { b: { x: 1, y: 2 }, c: 1 } }],
    ['an item of a list', 'a:\n  - [\n  x\n  ]\n  - y: {\n  z: 1\n  }\n', { a: [['x'], { y: { z: 1 } }] }],
    ['quotes in plain texts', 'a:\n  b: [it"s\n  "y, z]\n', { a: { b: ['it"s "y', 'z'] } }],
    ['brackets in comments', 'a:\n  b: [\n  # it\'s ]\n  x, # "\n  y\n  ]\n', { a: { b: ['x', 'y'] } }],
    ['anchors and tags', 'a: &x !!seq [\ny\n]\nb: *x\n', { a: ['y'], b: ['y'] }],
    ['comments without a space', 'a: [b,#c]\n  d]#e\nf: "g"#h\n', { a: ['b', 'd'], f: 'g' }],
    ['line ends of Windows', 'a:\r\n  b: [\r\n  x\r\n  ]\r\n', { a: { b: ['x'] } }],
  ])('are read: %s', (_, text, expected) => {
    expect(meaning(text)).toEqual(expected);
    expect(parseDocument(text).errors).not.toEqual([]);
  });

  it.each<[string, string]>([
    ['block texts', 'a:\n  b: |\n    "x\n\n  c: >-\n\n    [y\n  d: |2\n    {\n'],
    ['plain texts over lines', 'a: x\n  "y [\n  {\nb: 1\n'],
    ['comments', 'a: 1 # "\n# [\nb: c#"\n'],
    ['signs in words', 'a: b"c[\nd: it\'s{\n'],
  ])('are not seen in %s', (_, text) => {
    expect(withLinesIndented(`${text}z: [\n\n  1]\n`)).toBe(undefined);
  });

  it('keep what is no YAML, and what would grow beyond measure', () => {
    expect(withLinesIndented('a: "x\n--- y"\n')).toBe(undefined);
    expect(withLinesIndented('a: [x\n')).toBe(undefined);
    expect(withLinesIndented(`${' '.repeat(1000)}a: [${'\n1,'.repeat(500)}]\n`)).toBe(undefined);
  });

  it('keep the lines of what follows', () => {
    const text = 'services:\n  a:\n    command: [\n    x\n    ]\n  b: {network_mode: none}\n  a b: {}\n';
    expect(() => readCompose(text, 'f')).toThrow('line 7');
    expect(readCompose(text.replace('a b', 'c'), 'f')[0]?.services[1]?.settings.network_mode).toEqual({
      ...{ file: 'f', line: 6, value: 'none' },
    });
  });

  it('never change what can be read without', () => {
    const word = fc.constantFrom(
      ...[
        'a',
        'b: ',
        '- ',
        '? ',
        ': ',
        '\n',
        '\n  ',
        '\n    ',
        '[',
        ']',
        '{',
        '}',
        ', ',
        '"',
        "'",
        '|\n',
        '>2\n',
      ],
      ...[' # ', '#', '\\', '&a ', '!x ', '\t', '---\n', ':', '\r\n'],
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 40 }), (words) => {
        const text = words.join('');
        const document = parseDocument(text, { uniqueKeys: false, stringKeys: true });
        const indented = withLinesIndented(text);
        if (document.errors.length > 0 || indented === undefined) return;
        const again = parseDocument(indented, { uniqueKeys: false, stringKeys: true });
        expect([again.errors, JSON.stringify(again)]).toEqual([[], JSON.stringify(document)]);
      }),
      { numRuns: 3000 },
    );
  });
});
