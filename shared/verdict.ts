import { AppError, assertNever, ERROR_EXIT, EXIT, fromWire, toWire } from './errors.ts';
import type { ExitCode } from './errors.ts';
import type { Verdict } from './model.ts';

/** Returns the exit code for a verdict (docs/decisions/verdicts.md). */
export function exitOfVerdict(verdict: Verdict): ExitCode {
  switch (verdict.kind) {
    case 'succeeded':
      return EXIT.succeeded;
    case 'warnings':
      return EXIT.warnings;
    case 'failed':
      return verdict.error === undefined ? EXIT.failed : ERROR_EXIT[fromWire(verdict.error).code];
    case 'cancelled':
      return EXIT.cancelled;
    case 'lost':
      return EXIT.lost;
    default:
      return assertNever(verdict.kind);
  }
}

/** Returns the verdict for an error that came before there was an operation to give one. */
export function failedVerdict(error: unknown): Verdict {
  return { kind: 'failed', error: toWire(error), failures: [], notRun: [] };
}

/** Returns the verdict for an operation whose process is gone without one. */
export function lostVerdict(id: string): Verdict {
  return { kind: 'lost', error: toWire(new AppError('operation-lost', { id })), failures: [], notRun: [] };
}
