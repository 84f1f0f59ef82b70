import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { endAsOthers, endFirst } from './memoryRank.ts';

let proc: string;
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'rediacc-proc-'));
  for (const name of ['self', '7']) mkdirSync(join(proc, name));
});
afterEach(() => rmSync(proc, { recursive: true }));

/** Returns the rank of the process that one with this rank has started. */
function ranked(own: string, rank: typeof endFirst): string {
  for (const name of ['self', '7']) writeFileSync(join(proc, name, 'oom_score_adj'), own);
  rank(7, proc);
  return readFileSync(join(proc, '7', 'oom_score_adj'), 'utf8');
}

it('what the resident agent starts is ended as all others are, and the rank of anybody else is left alone', () => {
  expect([ranked('-500\n', endAsOthers), ranked('0\n', endAsOthers), ranked('300\n', endAsOthers)]).toEqual([
    '0',
    '0\n',
    '300\n',
  ]);
});

it('what reads hostile files is ended first', () => {
  expect([ranked('-500\n', endFirst), ranked('0\n', endFirst)]).toEqual(['500', '500']);
  expect(() => endFirst(8, proc)).not.toThrow();
});
