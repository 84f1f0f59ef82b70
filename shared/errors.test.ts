import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AppError,
  assertNever,
  describeError,
  ERROR_EXIT,
  EXIT,
  fill,
  fromWire,
  toAppError,
  toWire,
  wireErrorSchema,
} from './errors.ts';
import type { ErrorCode, ErrorDetails } from './errors.ts';
import { en } from './text/en.ts';
import { fr } from './text/fr.ts';

const codes = Object.keys(ERROR_EXIT) as ErrorCode[];

describe('fill', () => {
  it.each<[string, ErrorDetails, string]>([
    ['"{name}" has {running}.', { name: 'shop', running: 0 }, '"shop" has 0.'],
    ['{a}{a}', { a: 'x' }, 'xx'],
    ['{missing}!', {}, '!'],
    ['${variable}', { variable: 'API_IP' }, '$API_IP'],
    ['{a}', { a: '{b}', b: 'no' }, '{b}'],
    ['{a}', { a: '$& $1' }, '$& $1'],
    ['{ a } {}', { a: 'x' }, '{ a } {}'],
  ])('%j with %j is %j', (template, details, sentence) => {
    expect(fill(template, details)).toBe(sentence);
  });
});

describe('the wire', () => {
  it('carries every error there and back as plain JSON', () => {
    const word = fc.string().filter((key) => key !== '__proto__');
    const details = fc.dictionary(word, fc.oneof(fc.string(), fc.nat()), { noNullPrototype: true });
    fc.assert(
      fc.property(fc.constantFrom(...codes), details, (code, given) => {
        const error = new AppError(code, given);
        const wire: unknown = JSON.parse(JSON.stringify(toWire(error)));
        const back = fromWire(wireErrorSchema.parse(wire));
        expect(toWire(back)).toEqual({ code, details: given, message: error.message });
        expect(back.exitCode).toBe(error.exitCode);
      }),
    );
  });

  it.each(['from-the-future', 'toString', '__proto__'])(
    'keeps the sentence of the unknown code %j',
    (code) => {
      const message = 'The moon is full';
      expect(toWire(fromWire({ code, details: {}, message }))).toEqual({
        code: 'internal',
        details: { reason: message },
        message: expect.stringContaining(message) as string,
      });
    },
  );
});

describe('toAppError', () => {
  it('leaves an AppError as it is, and keeps what another value said', () => {
    const known = new AppError('name-taken', { name: 'shop' });
    const thrown = new TypeError('x is not a function');
    expect(toAppError(known)).toBe(known);
    expect(toAppError(thrown)).toMatchObject({
      code: 'internal',
      details: { reason: 'x is not a function' },
      cause: thrown,
    });
    expect(toAppError('plain').details).toEqual({ reason: 'plain' });
  });
});

describe('describeError', () => {
  it('gives sentence and next step, filled, in either language', () => {
    const error = new AppError('still-mounted', { name: 'shop' });
    const next = expect.stringContaining('`rdc repo down shop --unmount`') as string;
    expect(describeError(error, en)).toEqual({ message: '"shop" is open.', next });
    expect(describeError(error, fr)).toEqual({ message: '«\u00a0shop\u00a0» est ouvert.', next });
  });
});

describe('exit codes', () => {
  it.each<[ErrorCode, number]>([
    ['internal', 1],
    ['function-failed', 1],
    ['bad-name', 2],
    ['wrong-passphrase', 3],
    ['host-key-changed', 3],
    ['root-needed', 4],
    ['repository-not-found', 5],
    ['not-in-repository', 5],
    ['machine-unreachable', 6],
    ['repository-busy', 7],
    ['operation-lost', 8],
    ['not-mounted', 9],
    ['nothing-to-start', 9],
    ['name-taken', 9],
    ['cancelled', 130],
  ])('%s ends a command with %i', (code, exitCode) => {
    expect(new AppError(code).exitCode).toBe(exitCode);
  });

  it('no error ends a command as if all, or nearly all, were well', () => {
    const well: number[] = [EXIT.succeeded, EXIT.warnings];
    expect(codes.filter((code) => well.includes(ERROR_EXIT[code]))).toEqual([]);
  });
});

describe('assertNever', () => {
  it('throws when a value comes that should not exist', () => {
    expect(() => assertNever('odd' as never)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
