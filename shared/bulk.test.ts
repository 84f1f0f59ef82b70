import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { concurrencyLimit, exitOfBulk, selectAutostart, selectRepositories } from './bulk.ts';
import type { BulkRequest, Selection } from './bulk.ts';
import type { AutostartEntry, AutostartList, Repository, Verdict } from './model.ts';

function repository(name: string, more: Partial<Repository> = {}): Repository {
  return {
    ...{ guid: `guid-${name}`, name, networkId: 2816, created: '', state: 'closed', mounted: false },
    ...{ daemon: false, size: 0, path: '', services: [], running: 0, autostart: { enabled: false } },
    notices: [],
    ...more,
  };
}

const names = ({ targets, leftOut }: Selection): unknown => [
  targets.map(({ name }) => name),
  leftOut.map(({ name, reason }) => `${name} ${reason}`),
];

describe('up-all and down-all', () => {
  const repositories = [
    repository('api', { mounted: true, state: 'running' }),
    repository('copy', { parent: 'guid-api' }),
    repository('db'),
    repository('spoilt', { state: 'damaged' }),
  ];

  test.each<[BulkRequest, unknown]>([
    [{ verb: 'up-all' }, [['api', 'db', 'spoilt'], ['copy fork']]],
    [{ verb: 'down-all' }, [['api', 'db', 'spoilt'], ['copy fork']]],
    [{ verb: 'up-all', includeForks: true }, [['api', 'copy', 'db', 'spoilt'], []]],
    [{ verb: 'down-all', includeForks: true }, [['api', 'copy', 'db', 'spoilt'], []]],
  ])('%o takes', (request, expected) => {
    expect(names(selectRepositories(request, repositories))).toEqual(expected);
  });

  test.each<[BulkRequest, unknown]>([
    [{ verb: 'up-all' }, { verb: 'up', options: { mount: true } }],
    [
      { verb: 'up-all', mountOnly: true },
      { verb: 'mount', options: {} },
    ],
    [{ verb: 'down-all' }, { verb: 'down', options: {} }],
    [
      { verb: 'down-all', unmount: true },
      { verb: 'down', options: { unmount: true } },
    ],
  ])('%o asks each for', (request, expected) => {
    expect(selectRepositories(request, [repository('a')]).targets[0]?.request).toEqual(expected);
  });

  test('a passphrase is for what has to be opened, and can be', () => {
    const wanting = (verb: BulkRequest['verb']): string[] =>
      selectRepositories({ verb, includeForks: true }, repositories).targets.flatMap((target) =>
        target.needsPassphrase ? [target.name] : [],
      );
    expect([wanting('up-all'), wanting('down-all')]).toEqual([['copy', 'db'], []]);
  });
});

describe('all for autostart', () => {
  const problem = { code: 'autostart-key-missing', details: {}, message: '' };
  const entry = (name: string, more: Partial<AutostartEntry> = {}): AutostartEntry => ({
    ...{ guid: `guid-${name}`, name, enabled: false, problems: [] },
    ...more,
  });
  const repositories = [
    entry('good', { enabled: true }),
    entry('new'),
    entry('broken', { enabled: true, problems: [problem] }),
    entry('half', { problems: [problem] }),
    entry('fork', { parent: 'guid-good' }),
    entry('old-fork', { parent: 'guid-good', problems: [problem] }),
  ];

  const enable = { verb: 'autostart-enable' } as const;
  const disable = { verb: 'autostart-disable', excludeForks: true } as const;
  const ofForks = ['fork fork', 'old-fork fork'];

  test.each<[Parameters<typeof selectAutostart>[0], AutostartList['unit'], string[], string[]]>([
    [enable, {}, ['new', 'broken', 'half', 'fork', 'old-fork'], ['good already']],
    [enable, { problem }, ['good', 'new', 'broken', 'half', 'fork', 'old-fork'], []],
    [{ ...enable, excludeForks: true }, {}, ['new', 'broken', 'half'], ['good already', ...ofForks]],
    [{ ...enable, excludeForks: true }, { problem }, ['good', 'new', 'broken', 'half'], ofForks],
    [disable, {}, ['good', 'broken', 'half', 'old-fork'], ['new already', 'fork already']],
  ])('%o, with the unit %o', (request, unit, targets, leftOut) => {
    expect(names(selectAutostart(request, { unit, repositories }))).toEqual([targets, leftOut]);
  });
});

test.each([
  [{}, 1],
  [{ parallel: true }, 3],
  [{ concurrency: 5 }, 5],
  [{ parallel: true, concurrency: 2 }, 2],
])('%o: %i at once', (asked, limit) => {
  expect(concurrencyLimit(asked)).toBe(limit);
});

describe('the exit code', () => {
  const kinds: Verdict['kind'][] = ['succeeded', 'warnings', 'failed', 'cancelled', 'lost'];

  test.each<[Verdict['kind'][], number]>([
    [[], 0],
    [['succeeded', 'succeeded'], 0],
    [['succeeded', 'failed'], 10],
    [['succeeded', 'warnings'], 10],
    [['warnings'], 10],
    [['warnings', 'failed'], 10],
    [['failed', 'lost'], 1],
    [['cancelled'], 1],
  ])('of %o is %i', (verdicts, exit) => {
    expect(exitOfBulk({ verdicts, stopped: false })).toBe(exit);
  });

  test('is 0 for whole success alone, 1 where nothing came of it, 130 where it was cut short', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...kinds)), fc.boolean(), (verdicts, stopped) => {
        const exit = exitOfBulk({ verdicts, stopped });
        const good = verdicts.filter((kind) => kind === 'succeeded').length;
        if (stopped) expect(exit).toBe(130);
        else if (good === verdicts.length) expect(exit).toBe(0);
        else expect(exit).toBe(good > 0 || verdicts.includes('warnings') ? 10 : 1);
      }),
    );
  });
});
