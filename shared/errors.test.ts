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
import type { ErrorCode, ErrorDetails, Reason } from './errors.ts';
import { en } from './text/en/en.ts';
import { fr } from './text/fr/fr.ts';

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
    ['{a:bytes} or {a:octets}', { a: 1536 }, '1.5 KiB or 1,5 Kio'],
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

  const thrownWith = (details: object): AppError => toAppError(Object.assign(new Error('no room'), details));
  const path = '/mnt/rediacc/.operations';

  it('knows a full disk, with what did not fit where that is known', () => {
    for (const code of ['ENOSPC', 'EDQUOT'])
      expect(thrownWith({ code, path, syscall: 'mkdir' })).toMatchObject({
        code: 'disk-full',
        details: { path },
      });
    const details = { path: 'no room' };
    expect(thrownWith({ code: 'ENOSPC', syscall: 'write' })).toMatchObject({ code: 'disk-full', details });
  });

  it('keeps the words of everything else', () => {
    const details = { reason: 'no room' };
    // The kernel gives this code also when it has no room for more watches, which is no full disk.
    expect(thrownWith({ code: 'ENOSPC', syscall: 'watch', path })).toMatchObject({
      code: 'internal',
      details,
    });
    expect(thrownWith({ code: 'EIO', path })).toMatchObject({ code: 'internal', details });
  });
});

describe('describeError', () => {
  it('gives sentence and next step, filled, in either language', () => {
    const error = new AppError('still-mounted', { name: 'shop' });
    const next = expect.stringContaining('`rdc repo down shop --unmount`') as string;
    expect(describeError(error, en)).toEqual({ message: '"shop" is open.', next });
    expect(describeError(error, fr)).toEqual({ message: '«\u00a0shop\u00a0» est ouvert.', next });
  });

  it('says a reason of ours in the language too, with what it names, and leaves those of others', () => {
    const lost = (reason: string): AppError =>
      new AppError('connection-lost', { host: 'web', reason, exitCode: 1, output: 'out of memory' });
    const ended = lost('renet-ended-saying' satisfies Reason);
    expect(ended.message).toBe(
      'The connection to web was lost: renet ended with exit code 1: out of memory.',
    );
    expect(describeError(ended, fr).message).toBe(
      'La connexion à web est perdue\u00a0: renet s’est terminé avec le code 1\u00a0: out of memory.',
    );
    expect(fromWire(toWire(ended))).toMatchObject({ message: ended.message, details: ended.details });
    for (const reason of ['ECONNRESET', 'toString']) expect(lost(reason).message).toContain(`: ${reason}.`);
  });
});

describe('exit codes', () => {
  it.each<[ErrorCode, number]>([
    ['internal', 1],
    ['function-failed', 1],
    ['repository-ambiguous', 1],
    ['bad-name', 2],
    ['wrong-passphrase', 3],
    ['host-key-changed', 3],
    ['host-key-other-type', 3],
    ['host-key-revoked', 3],
    ['root-needed', 4],
    ['repository-not-found', 5],
    ['not-in-repository', 5],
    ['machine-unreachable', 6],
    ['repository-busy', 7],
    ['operation-not-begun', 1],
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
