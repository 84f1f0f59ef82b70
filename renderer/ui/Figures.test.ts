import { expect, it } from 'vitest';
import { sparkPoints } from './Figures.tsx';

it.each<[string, number[], number, string]>([
  ['nothing, without values', [], 1, ''],
  ['nothing, without a scale', [1, 2], 0, ''],
  ['one value as a level line', [0.5], 1, '0.0,13.5 240.0,13.5'],
  [
    'from the left edge to the right, 0 at the bottom and the top at the top',
    [0, 1, 2],
    2,
    '0.0,25.0 120.0,13.5 240.0,2.0',
  ],
  ['what is out of range at the edge', [-1, 9], 4, '0.0,25.0 240.0,2.0'],
])('draws %s', (_, values, top, points) => {
  expect(sparkPoints(values, top)).toBe(points);
});
