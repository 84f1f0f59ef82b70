import { expect, it } from 'vitest';
import { addCounts, closingLine, countsOf } from './testCounts.ts';

const report = (numbers: object): string =>
  JSON.stringify({ numPassedTests: 3, numFailedTests: 0, numPendingTests: 1, numTodoTests: 1, ...numbers });

it('counts what passed, failed and was skipped', () => {
  expect(countsOf(report({ numFailedTests: 2 }), 1)).toEqual({ passed: 3, failed: 2, skipped: 2 });
  expect(countsOf(report({}), 0)).toEqual({ passed: 3, failed: 0, skipped: 2 });
});

it('counts a run that failed without a failed test as one', () => {
  expect(countsOf(report({}), 1)).toEqual({ passed: 3, failed: 1, skipped: 2 });
});

it('adds runs up to the line that is read last', () => {
  const sum = addCounts({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
  expect(closingLine(sum)).toBe('11 passed, 22 failed, 33 skipped');
});
