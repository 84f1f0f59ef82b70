import { describe, expect, it } from 'vitest';
import { allowedSkips } from './allowedSkips.ts';
import type { Computer } from './allowedSkips.ts';
import { addCounts, closingLine, readReport } from './testCounts.ts';

const report = (failed: number, ...skipped: string[]): string =>
  JSON.stringify({
    numPassedTests: 3,
    numFailedTests: failed,
    testResults: [
      { assertionResults: [{ status: 'passed', fullName: 'one' }] },
      { assertionResults: skipped.map((fullName) => ({ status: 'skipped', fullName })) },
    ],
  });
const allowed = [{ title: 'in Electron', reason: 'needs Electron' }];
const counts = (text: string, exitCode: number): unknown => readReport(text, exitCode, allowed).counts;

it('counts what passed, failed and was skipped', () => {
  expect(counts(report(2, 'the app in Electron opens'), 1)).toEqual({ passed: 3, failed: 2, skipped: 1 });
  expect(counts(report(0), 0)).toEqual({ passed: 3, failed: 0, skipped: 0 });
});

it('counts a run that failed without a failed test as one', () => {
  expect(counts(report(0), 1)).toEqual({ passed: 3, failed: 1, skipped: 0 });
});

it('counts a skip that nobody expects as a failure, and names it', () => {
  const read = readReport(report(0, 'the app in Electron opens', 'a rule, natively'), 0, allowed);
  expect(read.counts).toEqual({ passed: 3, failed: 1, skipped: 1 });
  expect(read.skips).toEqual([
    { name: 'the app in Electron opens', reason: 'needs Electron' },
    { name: 'a rule, natively', reason: undefined },
  ]);
});

describe('the skips that are allowed', () => {
  const everything: Computer = { isRoot: true, missingPackages: [] };
  const natively = 'a rule, natively (SKIPPED: needs root and a writable cgroup v2 tree)';
  const header = 'a LUKS header, by the true cryptsetup (SKIPPED: needs cryptsetup)';
  const page = 'the shell with a page in Chromium (SKIPPED: needs Chromium)';

  it.each<[string, string, Partial<Computer>]>([
    ['of somebody who is not root', natively, { isRoot: false }],
    ['where there is no cryptsetup', header, { missingPackages: ['cryptsetup-bin'] }],
    ['where there is no Chromium', page, { missingPackages: ['chromium'] }],
  ])('are those %s, and fail the run elsewhere', (_, name, computer) => {
    const failures = (which: Computer): number =>
      readReport(report(0, name), 0, allowedSkips(which)).counts.failed;
    expect([failures({ ...everything, ...computer }), failures(everything)]).toEqual([0, 1]);
  });

  it("are Electron's everywhere", () => {
    const read = readReport(report(0, 'the desktop app in Electron opens'), 0, allowedSkips(everything));
    expect(read.counts).toEqual({ passed: 3, failed: 0, skipped: 1 });
  });
});

it('adds runs up to the line that is read last', () => {
  const sum = addCounts({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
  expect(closingLine(sum)).toBe('11 passed, 22 failed, 33 skipped');
});
