import { expect, it } from 'vitest';
import { figureTone, networkTop, processorTone, usedShare } from './figures.ts';

it.each([
  [{ total: 100, available: 14 }, 0.86, 'warn'],
  [{ total: 100, available: 16 }, 0.84, 'ok'],
  [{ total: 100, available: 5 }, 0.95, 'fail'],
  [{ total: 0, available: 0 }, 0, 'ok'],
  [{ total: 10, available: 12 }, 0, 'ok'],
] as const)('of %j the share %d is %s', (space, share, tone) => {
  expect(usedShare(space)).toBeCloseTo(share);
  expect(figureTone('memory', usedShare(space))).toBe(tone);
  expect(figureTone('datastore', usedShare(space))).toBe(tone);
});

it.each([
  [[9, 9, 2], 4, 'ok'],
  [[0, 0, 6], 4, 'warn'],
  [[0, 0, 16], 4, 'fail'],
  [[], 0, 'ok'],
] as const)('calls a load of %j on %i processors %s', (load, cpus, tone) => {
  expect(processorTone({ load: [...load], cpus })).toBe(tone);
});

it('draws a quiet network as quiet, and a busy one by its busiest moment', () => {
  expect(networkTop([])).toBe(65_536);
  expect(networkTop([{ network: { in: 10, out: 20 } }])).toBe(65_536);
  expect(networkTop([{ network: { in: 10, out: 3e6 } }, { network: { in: 5e6, out: 0 } }])).toBe(5e6);
});
