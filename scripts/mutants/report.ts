import { differenceOf } from './mutations.ts';
import type { Mutant } from './mutations.ts';

/** A mutant with its result. */
export interface MutantResult {
  readonly mutant: Mutant;
  readonly verdict: 'killed' | 'lived' | 'timed out' | 'no tests';
  /** The test that failed, where one did. */
  readonly by?: string;
  readonly seconds: number;
}

/** Returns the lines for one result, with the difference where the mutant was not noticed. */
export function resultLines({ mutant, verdict, by, seconds }: MutantResult, text: string): string[] {
  const place = `${mutant.file}:${mutant.line}`;
  const reason = by === undefined ? '' : `  (${by})`;
  const line = `${verdict.padEnd(9)} ${place}  ${mutant.kind}  ${seconds.toFixed(1)} s${reason}`;
  const isNoticed = verdict === 'killed' || verdict === 'timed out';
  return isNoticed ? [line] : [line, ...differenceOf(text, mutant).map((changed) => `          ${changed}`)];
}

/** Returns the closing table, in Markdown: one row for each layer, and a last one for all of them. */
export function closingTable(results: readonly MutantResult[]): string[] {
  const layers = [...new Set(results.map(layerOf))].sort();
  const rows = layers.map((layer) =>
    rowOf(
      layer,
      results.filter((result) => layerOf(result) === layer),
    ),
  );
  return [
    '| layer | made | killed | timed out | lived | no tests | noticed | seconds each |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...(rows.length === 1 ? [] : [rowOf('all', results)]),
  ];
}

/** Returns the layer of a result: a folder at the top, or one below `electron`. */
function layerOf({ mutant }: MutantResult): string {
  const [top = '', next = '', more] = mutant.file.split('/');
  return top === 'electron' && more !== undefined ? `${top}/${next}` : top;
}

function rowOf(layer: string, results: readonly MutantResult[]): string {
  const count = (verdict: MutantResult['verdict']): number =>
    results.filter((result) => result.verdict === verdict).length;
  const [killed, late, lived, untested] = [
    count('killed'),
    count('timed out'),
    count('lived'),
    count('no tests'),
  ];
  const made = results.length;
  const noticed = made === 0 ? 100 : Math.floor(((killed + late) * 100) / made);
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0) / Math.max(1, made);
  const cells = [layer, made, killed, late, lived, untested, `${noticed} %`, seconds.toFixed(1)];
  return `| ${cells.join(' | ')} |`;
}
