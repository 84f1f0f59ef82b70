import { describe, expect, it } from 'vitest';
import { crashNotices, firstQuietAt, isCrashLoop } from './crashLoop.ts';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;
const YEAR = 365 * 24 * 60 * MINUTE;

describe('a crash loop', () => {
  it.each<[string, number, number | undefined, boolean]>([
    ['eight restarts in two minutes', 8, NOW - 14_000, true],
    ['the third restart', 3, NOW, true],
    ['two restarts', 2, NOW, false],
    ['restarts, the last just within ten minutes', 3, NOW - 10 * MINUTE + 1, true],
    ['ten quiet minutes after them', 300, NOW - 10 * MINUTE, false],
    ['never started', 0, undefined, false],
    ['a start just ahead of the clock', 3, NOW + 1000, true],
    ['a start a year ahead: the clock was set since', 3, NOW + YEAR, false],
  ])('%s', (_, restarts, startedAt, expected) => {
    expect(isCrashLoop({ restarts, startedAt }, NOW)).toBe(expected);
  });

  it('is over for the first of several at a known time', () => {
    const loop = (startedAt: number) => ({ crashLoop: { startedAt } });
    expect(firstQuietAt([loop(NOW), {}, loop(NOW - MINUTE)])).toBe(NOW + 9 * MINUTE);
    expect(firstQuietAt([{}])).toBeUndefined();
  });

  it('is a notice with what is known of it, by service or by container', () => {
    const base = { id: 'c', name: 'shop-api-1', image: 'x', state: 'running', status: 'Up' } as const;
    const loop = { ...base, health: 'none', crashLoop: { restarts: 8, startedAt: NOW } } as const;
    const known = { ...loop, service: 'api', crashLoop: { ...loop.crashLoop, exitCode: 3 } };
    expect(crashNotices([known, loop, { ...base, health: 'none' }])).toEqual([
      { code: 'crash-loop', details: { service: 'api', restarts: 8, exitCode: 3 } },
      { code: 'crash-loop', details: { service: 'shop-api-1', restarts: 8, exitCode: '?' } },
    ]);
  });
});
