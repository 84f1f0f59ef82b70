import { describe, expect, it } from 'vitest';
import { createInputWatch, PATIENCE_MILLISECONDS, readsInput } from './inputWatch.ts';
import type { InputLook } from './inputWatch.ts';

/** Returns the watch's answer to each look; the looks are a fifth of PATIENCE apart. */
function looks(seen: readonly Partial<InputLook>[]): boolean[] {
  const watch = createInputWatch();
  return seen.map((look, at) =>
    watch({ at: (at * PATIENCE_MILLISECONDS) / 5, output: 0, waiting: [], ...look }),
  );
}

describe('a process that reads its standard input', () => {
  it.each<[string, NodeJS.Architecture, boolean]>([
    ['0 0x0 0x7ffd 0x1000 0x0 0x0 0x0 0x7ffd 0x7f00\n', 'x64', true],
    ['63 0x0 0x7ffd 0x1000 0x0 0x0 0x0 0x7ffd 0x7f00\n', 'arm64', true],
    ['0 0x3 0x7ffd 0x1000 0x0 0x0 0x0 0x7ffd 0x7f00\n', 'x64', false],
    ['63 0x0 0x7ffd 0x1000 0x0 0x0 0x0 0x7ffd 0x7f00\n', 'x64', false],
    ['0 0x0 0x7ffd 0x1000 0x0 0x0 0x0 0x7ffd 0x7f00\n', 'arm64', false],
    ['running\n', 'arm64', false],
    ['running\n', 's390x', false],
  ])('is told by "%s" on %s: %s', (call, architecture, reads) => {
    expect(readsInput(call, architecture)).toBe(reads);
  });
});

describe('a function that may wait for input', () => {
  it('waits once one process has read its terminal in silence for long enough', () => {
    const reading = { waiting: [7] };
    expect(looks(Array.from({ length: 6 }, () => reading))).toEqual([
      ...Array.from({ length: 5 }, () => false),
      true,
    ]);
  });

  it('does not while each look finds another process (an exec in a loop)', () => {
    expect(looks(Array.from({ length: 20 }, (_, at) => ({ waiting: [at] })))).not.toContain(true);
  });

  it('does not while something is written', () => {
    expect(looks(Array.from({ length: 20 }, (_, at) => ({ waiting: [7], output: at })))).not.toContain(true);
  });

  it('counts anew after output, and after a look that found the process at work', () => {
    const reading = { waiting: [7] };
    const spoken = { waiting: [7], output: 5 };
    const four = Array.from({ length: 4 }, () => reading);
    expect(looks([...four, {}, ...four])).not.toContain(true);
    expect(looks([...four, ...Array.from({ length: 5 }, () => spoken)])).not.toContain(true);
    expect(looks([...four, ...Array.from({ length: 6 }, () => spoken)]).at(-1)).toBe(true);
  });
});
