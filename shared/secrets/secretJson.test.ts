import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeWithSecrets, parseWithSecrets, wipeSecrets } from './secretJson.ts';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text));
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const parse = (json: string, within?: string): unknown => parseWithSecrets(bytesOf(json), within);
const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/** Objects whose names and strings are what the scan has to tell from secrets, at any depth. */
const tricky = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.jsonValue({ stringUnit: 'binary' }),
    fc.constantFrom(
      'secret',
      '"secret":"QUJD"',
      '{"params":{"secret":"QUJD"}}',
      '\\',
      '\\"',
      'params',
      'QUJD',
    ),
    fc.array(tie('value')),
    fc.dictionary(
      fc.constantFrom('secrets', 'Secret', 'params', 'a', '"secret"', '', '\\', 'secret\\'),
      tie('value'),
    ),
  ),
})).value;

describe('secrets in JSON', () => {
  const holder = fc.record(
    { before: tricky, secret: fc.uint8Array(), newSecret: fc.uint8Array(), after: tricky },
    { requiredKeys: ['before'] },
  );

  it.each([undefined, 'params'])(
    'are written as version 0.1.0 writes them, and come back (in %s)',
    (within) => {
      fc.assert(
        fc.property(holder, tricky, (held, other) => {
          const document =
            within === undefined ? held : { type: 'request', other, [within]: held, last: other };
          const asText = JSON.stringify(document, (_, value: unknown) =>
            value instanceof Uint8Array ? base64(value) : value,
          );
          const encoded = encodeWithSecrets(document, within);
          expect(textOf(encoded)).toBe(asText);
          const parsed = parseWithSecrets(encoded, within);
          const expected = JSON.parse(asText) as Record<string, unknown>;
          const place = (within === undefined ? expected : expected[within]) as Record<string, unknown>;
          for (const name of ['secret', 'newSecret'] as const) {
            const secret = held[name];
            if (secret !== undefined) place[name] = secret;
          }
          expect(parsed).toEqual(expected);
          // Nothing of a secret is left in the bytes that brought it.
          for (const secret of [held.secret, held.newSecret])
            if (secret !== undefined && secret.length > 8)
              expect(textOf(encoded)).not.toContain(base64(secret));
        }),
      );
    },
  );

  it('are taken from their place alone', () => {
    const elsewhere = [
      '{"secret":"QUJD"}',
      '[{"params":{"secret":"QUJD"}}]',
      '{"params":[{"secret":"QUJD"}]}',
      '{"params":["secret","QUJD"]}',
      '{"params":{"options":{"secret":"QUJD"}}}',
      '{"other":{"secret":"QUJD"},"params":{}}',
      '{"params":"secret","secret":"QUJD"}',
      '{"params":{"a":"\\"secret\\":\\"QUJD\\"","b\\"secret":"QUJD"}}',
      '"{\\"params\\":{\\"secret\\":\\"QUJD\\"}}"',
    ];
    for (const json of elsewhere) expect(parse(json, 'params')).toEqual(JSON.parse(json));
    expect(parse('{ "params" :\t{ "secret" :\n"QUJD" , "a" : 1 } }', 'params')).toEqual({
      params: { secret: bytesOf('ABC'), a: 1 },
    });
    expect(parse('{"params":{"secret":""}}', 'params')).toEqual({ params: { secret: new Uint8Array() } });
  });

  it('count as JSON counts them where a name comes twice', () => {
    const twice: [string, unknown][] = [
      ['{"secret":"QUJD","secret":"REVG"}', { secret: bytesOf('DEF') }],
      ['{"secret":"QUJD","secret":5}', { secret: 5 }],
      ['{"secret":"QUJD","secret":"no base64"}', { secret: 'no base64' }],
    ];
    for (const [json, value] of twice) expect(parse(json)).toEqual(value);
    expect(parse('{"params":{"secret":"QUJD"},"params":{}}', 'params')).toEqual({ params: {} });
  });

  it.each(['QUJ', 'QUJD=', 'Q===', '====', 'QU-D', 'QU\\/D', 'Q UJD', 'QUJD\\n'])(
    'that are no base64 stay what they are: %s',
    (text) => {
      const json = `{"secret":"${text}"}`;
      expect(parse(json)).toEqual(JSON.parse(json));
    },
  );

  it('leave nothing in a document that turns out to be no JSON', () => {
    for (const json of [
      '{"secret":"c2VjcmV0"',
      '{"secret":"c2VjcmV0"}}',
      '{"secret":"c2VjcmV0","a":\u0001}',
    ]) {
      const bytes = bytesOf(json);
      expect(() => parseWithSecrets(bytes)).toThrow(SyntaxError);
      expect(textOf(bytes)).not.toContain('c2VjcmV0');
    }
  });

  it('are overwritten when nobody needs them any more', () => {
    const [secret, newSecret] = [bytesOf('old'), bytesOf('new')];
    wipeSecrets({ secret, newSecret, other: 1 });
    for (const nothing of [undefined, null, 'secret', { secret: 'text' }]) wipeSecrets(nothing);
    expect([secret, newSecret]).toEqual([new Uint8Array(3), new Uint8Array(3)]);
    const inner = { params: { secret: bytesOf('old') } };
    wipeSecrets(inner, 'params');
    expect(inner.params.secret).toEqual(new Uint8Array(3));
  });
});
