import { createRequire } from 'node:module';
import { compileFunction } from 'node:vm';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';
import { deferred } from './deferred.ts';

const load = createRequire(import.meta.url);

/** Builds a program of one file and runs it. Resolves with its exports, and with the growing list of what it loads. */
async function run(text: string): Promise<{ exported: Record<string, () => unknown>; loaded: string[] }> {
  const { outputFiles } = await build({
    stdin: { contents: text, resolveDir: import.meta.dirname },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    write: false,
    plugins: [deferred('node:crypto', 'yaml')],
  });
  const loaded: string[] = [];
  const module = { exports: {} };
  const requireNoted = (name: string): unknown => {
    loaded.push(name);
    return load(name);
  };
  const program = compileFunction(outputFiles[0]?.text ?? '', ['module', 'require']) as (
    ...given: unknown[]
  ) => void;
  program(module, requireNoted);
  return { exported: module.exports, loaded };
}

describe('deferred', () => {
  it('loads a module of Node by the first call of one of its functions', async () => {
    const { exported, loaded } = await run(`
      import { createHash } from 'node:crypto';
      export const hash = () => createHash('sha256').update('').digest('hex').slice(0, 8);
    `);
    expect(loaded).toEqual([]);
    expect(exported['hash']?.()).toBe('e3b0c442');
    expect(loaded).toEqual(['node:crypto']);
  });

  it('loads a library in the same way, its classes too', async () => {
    const { exported, loaded } = await run(`
      import { LineCounter, parse } from 'yaml';
      export const read = () => parse('a: 1');
      export const count = () => new LineCounter().lineStarts;
    `);
    expect(loaded).toEqual([]);
    expect([exported['read']?.(), exported['count']?.()]).toEqual([{ a: 1 }, []]);
    expect(new Set(loaded)).toEqual(new Set(['process', 'buffer']));
  });

  it('leaves other modules as they are', async () => {
    const { loaded } = await run(
      `import { join } from 'node:path'; export const path = () => join('a', 'b');`,
    );
    expect(loaded).toEqual(['node:path']);
  });
});
