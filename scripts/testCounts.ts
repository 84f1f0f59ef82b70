/** How many tests of a run passed, failed and were skipped. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The counts in vitest's JSON report; a run that failed without a failed test (a file that did not load) counts one. */
export function countsOf(report: string, exitCode: number): Counts {
  const parsed = JSON.parse(report) as Record<string, number>;
  const failed = parsed['numFailedTests'] ?? 0;
  return {
    passed: parsed['numPassedTests'] ?? 0,
    failed: exitCode !== 0 && failed === 0 ? 1 : failed,
    skipped: (parsed['numPendingTests'] ?? 0) + (parsed['numTodoTests'] ?? 0),
  };
}

/** The sum of two runs. */
export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The line CI reads. */
export function closingLine(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}
