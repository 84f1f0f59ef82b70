import { expect, it } from 'vitest';
import { applyMutant, differenceOf, mutantsOf } from './mutations.ts';
import { nearest, relatedTests } from './related.ts';
import { closingTable } from './report.ts';
import { drawSample } from './selection.ts';

/** Returns every mutant of a text: its kind and the changed text. */
const mutated = (text: string): string[] =>
  mutantsOf('one.ts', text).map((mutant) => `${mutant.kind}: ${applyMutant(text, mutant)}`);

it.each([
  ['a < b;', ['boundary: a <= b;']],
  ['a === b && c;', ['condition negated: a !== b && c;', 'and / or: a === b || c;']],
  ['if (a < b) c;', ['condition negated: if (!(a < b)) c;', 'boundary: if (a <= b) c;']],
  ['if (!a) c;', ['condition negated: if (a) c;']],
  ['if (a) throw b;', ['condition negated: if (!(a)) throw b;', 'refusal removed: if (a) ;']],
  [
    'if (a) { return b; }',
    ['condition negated: if (!(a)) { return b; }', 'early return removed: if (a) { ; }'],
  ],
  ['await a();', ['call removed: ;']],
  [
    '{ await a(); await b(); }',
    [
      'call removed: { ; await b(); }',
      'turns swapped: { await b(); await a(); }',
      'call removed: { await a(); ; }',
    ],
  ],
  ['a.b = c;', ['assignment removed: ;']],
  ['x = true', ['assignment removed: ;', 'boolean: x = false']],
  ['const a = 1_000;', ['number: const a = (1001);', 'number: const a = (999);']],
  ["const a = '127.0.0.1';", ["address: const a = '0.0.0.0';"]],
  ["const a = '';", ["string: const a = 'mutated';"]],
  ['const a = b ?? c;', ['default dropped: const a = b;']],
  ['const a = b.reverse();', ['order: const a = b;']],
  ['const a = b.sort(c);', ['order: const a = b;', 'order: const a = b.sort(c).reverse();']],
  ['const a = b.some(c);', ['other method: const a = b.every(c);']],
  ["import type { A } from 'a';\ntype B = 'b' | 1;\ninterface C { d: true }", []],
])('changes %s', (text, expected) => {
  expect(mutated(text)).toEqual(expected);
});

it('leaves the look of a tag alone', () => {
  expect(mutantsOf('one.tsx', 'const a = <b className="c" title="d" />;').map(({ kind }) => kind)).toEqual([
    'string',
  ]);
});

it('tells the line of a mutant and the lines that it changes', () => {
  const text = 'const a = 1;\nif (a\n  && b) c();\n';
  const mutant = mutantsOf('one.ts', text).find(({ kind }) => kind === 'and / or');
  expect(mutant?.line).toBe(3);
  expect(mutant && differenceOf(text, mutant)).toEqual(['-   && b) c();', '+   || b) c();']);
});

it('draws the same sample for the same seed, of every file and kind', () => {
  const mutants = ['one.ts', 'two.ts'].flatMap((file) => mutantsOf(file, `a < b; f(${"'x', ".repeat(50)});`));
  const drawn = drawSample(mutants, 6, 7);
  expect(drawSample(mutants, 6, 7)).toEqual(drawn);
  expect(new Set(drawn.map(({ file, kind }) => `${file} ${kind}`)).size).toBe(6);
  expect(drawSample(mutants, 20, 7)).not.toEqual(drawSample(mutants, 20, 8));
  expect(drawSample(mutants, 1000, 7)).toEqual(mutants);
});

it('finds the tests that a file can break, over imports and started programs, and not over types', () => {
  const texts = new Map([
    ['room/ground.ts', ''],
    ['room/middle.ts', "import { a } from './ground.ts';"],
    ['room/ground.test.ts', "await import('./ground.ts');"],
    ['other/middle.test.ts', "import { b } from '../room/middle.ts';"],
    ['other/program.test.ts', "start(join(folder, '../room/middle.ts'));"],
    ['other/types.test.ts', "import type { B } from '../room/middle.ts';"],
    ['deep/ground.ts', ''],
    ['room/far.ts', "import '../deep/ground.ts';"],
    ['room/farther.ts', "import './far.ts';"],
    ['room/far.test.ts', "import './farther.ts';"],
  ]);
  const near = ['room/ground.test.ts'];
  const all = [...near, 'other/middle.test.ts', 'other/program.test.ts'];
  expect(relatedTests(texts, 2)('room/ground.ts')).toEqual(all);
  expect(relatedTests(texts, 1)('room/ground.ts')).toEqual(near);
  expect(relatedTests(texts, 1)('deep/ground.ts')).toEqual(['room/far.test.ts']);
  expect(nearest('room/ground.ts', all)).toEqual(near);
});

it('counts by layer in the closing table', () => {
  const resultOf = (file: string, verdict: 'killed' | 'lived', seconds: number) => ({
    mutant: { file, line: 1, kind: 'number', start: 0, end: 1, replacement: '2' },
    verdict,
    seconds,
  });
  const table = closingTable([
    resultOf('renet/log/one.ts', 'killed', 1),
    resultOf('renet/two.ts', 'lived', 2),
    resultOf('electron/engine/three.ts', 'killed', 3),
  ]);
  expect(table.slice(2)).toEqual([
    '| electron/engine | 1 | 1 | 0 | 0 | 0 | 100 % | 3.0 |',
    '| renet | 2 | 1 | 0 | 1 | 0 | 50 % | 1.5 |',
    '| all | 3 | 2 | 0 | 1 | 0 | 66 % | 2.0 |',
  ]);
});
