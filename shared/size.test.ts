import { expect, test } from 'vitest';
import { AppError } from './errors.ts';
import { parseSize } from './size.ts';

test.each([
  ['10G', 10 * 1024 ** 3],
  ['512M', 512 * 1024 ** 2],
  ['1.5g', 1.5 * 1024 ** 3],
  ['2 TiB', 2 * 1024 ** 4],
  ['20 Go', 20 * 1024 ** 3],
  ['64KB', 65536],
  ['4096', 4096],
])('%s is %i bytes', (text, bytes) => {
  expect(parseSize(text)).toBe(bytes);
});

test.each(['', '0', '0G', '-1G', '10X', '10 G B', 'G', '1e3', '99999999999999T', '10G\n10G'])(
  '%j is no size',
  (text) => {
    expect(() => parseSize(text)).toThrow(new AppError('bad-size', { size: text }));
  },
);
