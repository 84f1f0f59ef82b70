import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDotenv } from './dotenv.ts';
import { interpolate } from './interpolation.ts';

const environment: Record<string, string> = { NAME: 'api', EMPTY: '' };
const lookup = (name: string): string | undefined => environment[name];

describe('interpolate', () => {
  const table: [string, string][] = [
    ['plain', 'plain'],
    ['$NAME/x', 'api/x'],
    ['${NAME}-${NAME}', 'api-api'],
    ['${MISSING}', ''],
    ['${MISSING:-word}', 'word'],
    ['${EMPTY:-word}', 'word'],
    ['${EMPTY-word}', ''],
    ['${MISSING-word}', 'word'],
    ['${NAME:+word}', 'word'],
    ['${EMPTY:+word}', ''],
    ['${EMPTY+word}', 'word'],
    ['${MISSING:?must be set}', ''],
    ['${MISSING:-${OTHER:-${NAME}}}/x', 'api/x'],
    ['$$NAME and $${NAME}', '$NAME and ${NAME}'],
    ['100$', '100$'],
    ['$1', '$1'],
    ['${NAME', '${NAME'],
    ['${1x}', '${1x}'],
  ];
  it.each(table)('%s', (template, expected) => {
    expect(interpolate(template, lookup)).toBe(expected);
  });

  it('leaves text without a dollar as it is and never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const result = interpolate(text, lookup);
        if (!text.includes('$')) expect(result).toBe(text);
      }),
    );
    expect(interpolate('${A:-'.repeat(500), lookup)).toContain('${A:-');
  });
});

describe('parseDotenv', () => {
  it('reads what Compose reads', () => {
    const text = [
      '# a comment',
      'PLAIN=one two # not this',
      '  export EXPORTED = yes',
      'COLON: value',
      "SINGLE='$NAME \\n it''",
      'DOUBLE="$NAME\\n\\$NAME \\"q\\""',
      'MULTI="first',
      'second"',
      'EMPTY_VALUE=',
      'HASH=a#b',
      'FROM_ABOVE=${PLAIN}!',
      'FROM_OUTSIDE=${NAME}',
      'COMMENT_ONLY= # nothing',
      'INHERITED',
      'not a line = x',
      'LAST=1\r',
    ].join('\n');
    expect(parseDotenv(text, lookup)).toEqual({
      PLAIN: 'one two',
      EXPORTED: 'yes',
      COLON: 'value',
      SINGLE: '$NAME \\n it',
      DOUBLE: 'api\n$NAME "q"',
      MULTI: 'first\nsecond',
      EMPTY_VALUE: '',
      HASH: 'a#b',
      FROM_ABOVE: 'one two!',
      FROM_OUTSIDE: 'api',
      COMMENT_ONLY: '',
      LAST: '1',
    });
  });

  it('lets the environment win in interpolation, and the last line of a name', () => {
    expect(parseDotenv('NAME=other\nX=$NAME\nX=${X}2', lookup)).toEqual({ NAME: 'other', X: 'api2' });
  });

  it('makes no more of lines that repeat one another than memory holds', () => {
    const text = `A=12345678\n${'A=$A$A$A$A$A$A$A$A\n'.repeat(10)}B=\${A:-x}/data\n`;
    const { A = '', B = '' } = parseDotenv(text, () => undefined);
    expect([A.length < 100_000, B.length < 100_000]).toEqual([true, true]);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseDotenv(text, lookup)));
  });
});
