import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FaultResult } from './faults.ts';

/** The results of a run, each kept in a file as soon as it is there, so that a run that was killed goes on. */
export interface KeptResults {
  /** Returns the result of a case that is done. */
  of(key: string): FaultResult | undefined;
  keep(key: string, result: FaultResult): void;
}

/**
 * Opens the file of results, one JSON line each. Its first line names what is tried: results of other programs are not
 * gone on with.
 */
export function openResults(file: string, about: string): KeptResults {
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  const head = JSON.stringify({ about });
  const isSame = lines[0] === head;
  if (!isSame) writeFileSync(file, `${head}\n`);
  const known = new Map<string, FaultResult>();
  for (const line of isSame ? lines.slice(1) : []) {
    const { key, result } = JSON.parse(line) as { key: string; result: FaultResult };
    known.set(key, result);
  }
  return {
    of: (key) => known.get(key),
    keep: (key, result) => {
      known.set(key, result);
      appendFileSync(file, `${JSON.stringify({ key, result })}\n`);
    },
  };
}
