import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createLineModel } from './lineModel.ts';

/** Returns the finished lines of a text after all of it was written. */
function drawn(text: string, reach?: number, colours?: boolean): string[] {
  const model = createLineModel(reach, colours);
  model.write(text);
  model.finish();
  return model.takeFinished();
}

const ESC = '\u001b';

describe('what a program draws', () => {
  test.each([
    ['plain lines', 'one\r\ntwo\n', ['one', 'two']],
    ['an empty line between', 'one\n\ntwo', ['one', '', 'two']],
    ['a progress bar', ' 10%\r 50%\r100%\n', ['100%']],
    ['a shorter line over a longer one, erased', `a long line\r${ESC}[Kshort\n`, ['short']],
    ['a shorter line over a longer one, not erased', 'abcdef\rXY\n', ['XYcdef']],
    ['backspace', 'ab\bc\n', ['ac']],
    ['a tab', 'a\tb\n', ['a       b']],
    ['two lines up, and both anew', `one\ntwo\n${ESC}[2A${ESC}[2KONE\n${ESC}[2KTWO\n`, ['ONE', 'TWO']],
    ['up and down again', `one\ntwo\n${ESC}[2A\rONE${ESC}[2B\rthree\n`, ['ONE', 'two', 'three']],
    ['up further than there are lines', `one\n${ESC}[99A\rONE\n`, ['ONE']],
    ['everything below erased', `one\ntwo\n${ESC}[1A${ESC}[J`, ['one']],
    ['a column', `abc${ESC}[2Gx\n`, ['axc']],
  ])('%s', (_, text, lines) => {
    expect(drawn(text)).toEqual(lines);
  });

  test("Docker's pull, drawn three times, is told as it was left", () => {
    const frame = (first: string, second: string) =>
      `${ESC}[2A\r${ESC}[2K ⠋ redis ${first}\r\n${ESC}[2K ⠋ api ${second}\r\n`;
    const text = ` ⠋ redis Waiting\r\n ⠋ api Waiting\r\n${frame('Pulling', 'Waiting')}${frame('Pulled', 'Pulled')}`;
    expect(drawn(text)).toEqual([' ⠋ redis Pulled', ' ⠋ api Pulled']);
  });
});

describe('colours', () => {
  test('survive, and end with their line', () => {
    expect(drawn(`${ESC}[31mred${ESC}[0m plain ${ESC}[1;32mgreen\nstill`)).toEqual([
      `${ESC}[31mred${ESC}[0m plain ${ESC}[1;32mgreen${ESC}[0m`,
      `${ESC}[1;32mstill${ESC}[0m`,
    ]);
  });
  test('are dropped where nobody sees them', () => {
    expect(drawn(`${ESC}[31mred${ESC}[0m`, 40, false)).toEqual(['red']);
  });
});

describe('nothing else reaches the terminal', () => {
  test.each([
    ['a title', `${ESC}]0;owned\u0007text`],
    ['the clipboard', `${ESC}]52;c;aGk=${ESC}\\text`],
    ['a question that a terminal would answer', `${ESC}[c${ESC}[6ntext`],
    ['a device string', `${ESC}P+q544e${ESC}\\text`],
    ['a reset', `${ESC}ctext`],
    ['bells and other controls', '\u0007\u0000\u000etext\u009b'],
    ['a colour that is none', `${ESC}[?31;$mtext`],
  ])('%s', (_, text) => {
    expect(drawn(text)).toEqual(['text']);
  });

  test('whatever is written, in whatever cut', () => {
    const controls = fc.constantFrom(
      ESC,
      `${ESC}[`,
      `${ESC}]0;`,
      'A',
      'm',
      '2',
      ';',
      '\r',
      '\n',
      '\u0007',
      '\u009b',
      'x',
    );
    const safe = new RegExp(`^(?:[^\\u0000-\\u001f\\u007f-\\u009f]|${ESC}\\[[\\d;:]*m)*$`);
    fc.assert(
      fc.property(fc.array(controls), fc.nat(), (pieces, at) => {
        const text = pieces.join('');
        const cut = text.length === 0 ? 0 : at % text.length;
        const model = createLineModel();
        model.write(text.slice(0, cut));
        model.write(text.slice(cut));
        model.finish();
        const lines = model.takeFinished();
        expect(lines).toEqual(drawn(text));
        expect(lines.filter((line) => !safe.test(line))).toEqual([]);
      }),
    );
  });
});

test('lines out of reach are finished, in order and once', () => {
  const model = createLineModel(3);
  model.write('1\n2\n3\n4\n5');
  expect([model.takeFinished(), model.ended(), model.unended(), model.takeFinished()]).toEqual([
    ['1', '2'],
    ['3', '4'],
    '5',
    [],
  ]);
});

describe('a line without an end', () => {
  const LONGEST = 32_768;

  test('is given out in parts, of which little is kept', () => {
    const model = createLineModel();
    const chunk = 'x'.repeat(60_000);
    const parts: string[] = [];
    for (let n = 0; n < 170; n += 1) {
      model.write(chunk);
      parts.push(...model.takeFinished());
      expect(model.ended().join('').length + model.unended().length).toBeLessThanOrEqual(LONGEST);
    }
    model.finish();
    parts.push(...model.takeFinished());
    expect(parts.every((part) => part.length <= LONGEST)).toBe(true);
    expect(parts.join('') === chunk.repeat(170)).toBe(true);
  });

  test.each([
    ['spaces where it is cut', `${'x'.repeat(LONGEST - 2)}    y`],
    ['characters outside the basic plane', '🙂'.repeat(LONGEST + 1)],
  ])('loses nothing: %s', (_, text) => {
    expect(drawn(text).join('') === text.trimEnd()).toBe(true);
  });

  test('that ends just where it would be cut is one line', () => {
    expect(drawn(`${'x'.repeat(LONGEST)}\ny`).map((line) => line.length)).toEqual([LONGEST, 1]);
  });

  test('keeps its colours in each part', () => {
    const [first, second] = drawn(`${ESC}[31m${'r'.repeat(LONGEST + 1)}`);
    expect([first === `${ESC}[31m${'r'.repeat(LONGEST)}${ESC}[0m`, second]).toEqual([
      true,
      `${ESC}[31mr${ESC}[0m`,
    ]);
  });

  test('of tabs alone takes no room', () => {
    const lines = drawn(`${'\t'.repeat(1_000_000)}x`);
    expect([lines.join('').trim(), lines.every((line) => line.length <= LONGEST)]).toEqual(['x', true]);
  });

  test('is cut where the program stands, and what is below stays', () => {
    const long = 'x'.repeat(LONGEST + 1);
    expect(drawn(`one\ntwo\nthree\n${ESC}[2A${long}`)).toEqual(['one', long.slice(1), 'xhree']);
  });
});
