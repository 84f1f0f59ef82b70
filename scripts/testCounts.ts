import type { AllowedSkip } from './allowedSkips.ts';

/** The numbers of tests that passed, failed and were skipped in a run. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** The contents of vitest's JSON report on one run. */
interface TestReport {
  readonly counts: Counts;
  /** The full names of the tests that skipped themselves, each with the reason that is allowed, or none. */
  readonly skips: readonly { readonly name: string; readonly reason: string | undefined }[];
}

interface VitestReport {
  readonly numPassedTests?: number;
  readonly numFailedTests?: number;
  readonly testResults?: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const SKIPPED = new Set(['skipped', 'pending', 'todo', 'disabled']);

/**
 * Reads vitest's JSON report. A run that failed without a failed test (a file that did not load) counts as one failure,
 * and so does each skip that is not allowed: a test that was meant to run here did not.
 */
export function readReport(report: string, exitCode: number, allowed: readonly AllowedSkip[]): TestReport {
  const parsed = JSON.parse(report) as VitestReport;
  const failed = parsed.numFailedTests ?? 0;
  const skips = (parsed.testResults ?? [])
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => SKIPPED.has(status))
    .map(({ fullName }) => ({
      name: fullName.trim(),
      reason: allowed.find(({ title }) => fullName.includes(title))?.reason,
    }));
  const unexpected = skips.filter(({ reason }) => reason === undefined).length;
  return {
    counts: {
      passed: parsed.numPassedTests ?? 0,
      failed: (exitCode !== 0 && failed === 0 ? 1 : failed) + unexpected,
      skipped: skips.length - unexpected,
    },
    skips,
  };
}

/** Returns the sum of the counts of two runs. */
export function addCounts(a: Counts, b: Counts): Counts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** Returns the last line, which CI reads. */
export function closingLine(counts: Counts): string {
  return `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`;
}
