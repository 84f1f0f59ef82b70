import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  autostartCondition,
  autostartProblems,
  autostartUnitText,
  checkOrder,
  SHUTDOWN_REPOSITORY_SECONDS,
  SHUTDOWN_SECONDS,
  shutdownParallel,
  waitsFor,
} from './autostart.ts';
import type { AutostartFacts } from './autostart.ts';
import { AppError } from './errors.ts';

const file = '/keys/g.key';
const good: AutostartFacts = {
  name: 'shop',
  recorded: true,
  key: { file, state: 'present', mode: '0600, uid 0', private: true, partial: false },
  volume: '/volumes/g',
  slot1: 'key',
};
const noKey: AutostartFacts['key'] = { ...good.key, state: 'absent', mode: '' };

describe('what is wrong with an autostart', () => {
  const table: [string, AutostartFacts, string[]][] = [
    ['nothing', good, []],
    ['nothing: it is off', { ...good, recorded: false, key: noKey, slot1: 'empty' }, []],
    [
      'nothing: somebody’s passphrase is in slot 1',
      { ...good, recorded: false, key: noKey, slot1: 'unknown' },
      [],
    ],
    ['the key is gone', { ...good, key: noKey, slot1: 'token' }, ['autostart-key-missing']],
    ['the slot is empty', { ...good, slot1: 'empty' }, ['autostart-slot-empty']],
    ['the key is another', { ...good, slot1: 'token' }, ['autostart-key-refused']],
    ['slot 1 is somebody’s', { ...good, slot1: 'unknown' }, ['autostart-slot-taken']],
    [
      'others can read the key',
      { ...good, key: { ...good.key, mode: '0644, uid 0', private: false } },
      ['autostart-key-exposed'],
    ],
    [
      'everything is gone',
      { ...good, key: noKey, slot1: 'empty' },
      ['autostart-key-missing', 'autostart-slot-empty'],
    ],
    [
      'a key that was never finished',
      { ...good, key: { ...good.key, partial: true } },
      ['autostart-half-done'],
    ],
    ['enabled in everything but the record', { ...good, recorded: false }, ['autostart-half-done']],
    [
      'a slot that nobody recorded',
      { ...good, recorded: false, key: noKey, slot1: 'token' },
      ['autostart-half-done'],
    ],
  ];

  it.each(table)('%s', (_, facts, codes) => {
    expect(autostartProblems(facts).map(({ code }) => code)).toEqual(codes);
  });

  it('names what a half-done verb left', () => {
    const [problem] = autostartProblems({ ...good, recorded: false, key: { ...good.key, partial: true } });
    expect(problem?.details['found']).toBe(`${file}, ${file}.partial, LUKS slot 1`);
  });
});

describe('the order of starts', () => {
  const all = [
    { guid: 'a', name: 'api' },
    { guid: 'b', name: 'db', after: 'c' },
    { guid: 'c', name: 'cache', after: 'a' },
  ];
  const refusal = (guid: string, after: string): unknown => {
    try {
      checkOrder(all, guid, after);
      return undefined;
    } catch (error) {
      return error instanceof AppError ? [error.code, error.details['chain']] : error;
    }
  };

  it('is refused when it leads back to its beginning', () => {
    expect([refusal('a', 'b'), refusal('a', 'a'), refusal('b', 'a')]).toEqual([
      ['autostart-order', 'api → cache → db'],
      ['autostart-order', 'api'],
      undefined,
    ]);
  });

  it('ends although somebody wrote a circle by hand', () => {
    const circle = [...all, { guid: 'x', name: 'x', after: 'y' }, { guid: 'y', name: 'y', after: 'x' }];
    expect(() => checkOrder(circle, 'a', 'x')).not.toThrow();
  });

  it('waits only for what starts too', () => {
    expect([...waitsFor([{ guid: 'a' }, { guid: 'b', after: 'gone' }, { guid: 'c', after: 'a' }])]).toEqual([
      ['c', 'a'],
    ]);
  });

  it('leaves nobody waiting for ever, whatever was written', () => {
    const guid = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const order = fc.uniqueArray(fc.record({ guid, after: fc.option(guid, { nil: undefined }) }), {
      selector: (one) => one.guid,
    });
    fc.assert(
      fc.property(order, (one) => {
        const edges = waitsFor(one);
        for (const { guid: start } of one) {
          const seen = new Set<string>();
          for (let next: string | undefined = start; next !== undefined; next = edges.get(next)) {
            expect(seen.has(next)).toBe(false);
            seen.add(next);
          }
        }
      }),
    );
  });
});

it.each([
  [true, 0, false, 'on'],
  [false, 0, false, 'off'],
  [true, 1, false, 'needs-repair'],
  [false, 1, false, 'needs-repair'],
  [true, 0, true, 'needs-repair'],
  [false, 0, true, 'off'],
] as const)('enabled %s, %i problems, unit broken %s: %s', (enabled, count, broken, wanted) => {
  const problem = { code: 'autostart-unit', details: {}, message: '' };
  const problems = Array.from({ length: count }, () => problem);
  const entry = { guid: 'g', name: 'n', enabled, problems };
  expect(autostartCondition(entry, broken ? { problem } : {})).toBe(wanted);
});

it('a shutdown gives every repository its time before the machine’s is over', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), (repositories) => {
      const turns = Math.ceil(repositories / shutdownParallel(repositories));
      expect(turns * SHUTDOWN_REPOSITORY_SECONDS).toBeLessThanOrEqual(SHUTDOWN_SECONDS);
    }),
  );
});

it('the unit waits for the datastore, whatever its path', () => {
  expect(autostartUnitText('/srv/my "data" 100%').split('\n')).toContain(
    'RequiresMountsFor="/srv/my \\"data\\" 100%%"',
  );
});
