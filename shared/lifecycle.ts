import type { WireError } from './errors.ts';
import type { Plan, Step, StepResult, Verdict } from './model.ts';

const WITH_PASSPHRASE: ReadonlySet<Step['kind']> = new Set([
  'open',
  'format',
  'check-passphrase',
  'change-passphrase',
]);

/** Returns true for a step that opens, formats or checks a volume with the passphrase, or changes the passphrase. */
export function usesPassphrase({ kind }: Step): boolean {
  return WITH_PASSPHRASE.has(kind);
}

/**
 * Returns whether the operation goes on after this result. It ends when cancelled, or at a failed step whose rule is to
 * stop.
 */
export function continuesAfter(result: StepResult): boolean {
  if (result.outcome === 'cancelled') return false;
  return result.outcome !== 'failed' || result.step.onFailure === 'continue';
}

/**
 * Returns the verdict on the results of a plan's steps (docs/decisions/verdicts.md). `lastLines` returns the last lines
 * that a failed step wrote. `cancelled`: a person asked to stop before the last step had ended. `remains`: the error that
 * says what a down has left running.
 */
export function verdictOf(
  plan: Plan,
  results: readonly StepResult[],
  ended: { cancelled: boolean; remains?: WireError | undefined },
  lastLines: (step: Step) => string[],
): Verdict {
  const failed = results.filter((result) => result.outcome === 'failed');
  const failures = failed.map((result) => ({ ...result, lastLines: lastLines(result.step) }));
  const began = new Set(results.map((result) => result.step.index));
  const notRun = plan.steps.filter((step) => !began.has(step.index));
  const base = { failures, notRun };
  const critical = failed.find((result) => result.step.onFailure === 'stop');
  if (ended.cancelled) return { kind: 'cancelled', ...base };
  if (critical !== undefined) {
    return { kind: 'failed', ...(critical.error === undefined ? {} : { error: critical.error }), ...base };
  }
  const reason = plan.verb === 'down' ? 'stopped-with-warnings' : 'degraded';
  if (ended.remains !== undefined) return { kind: 'warnings', reason, error: ended.remains, ...base };
  if (failed.length > 0) return { kind: 'warnings', reason, ...base };
  return { kind: 'succeeded', ...base };
}
