import { assertNever, describeError, fill, fromWire } from '../../shared/errors.ts';
import type { StepResult, Verdict } from '../../shared/model.ts';
import type { Text } from '../../shared/text/text.ts';
import { plain } from '../../shared/plain.ts';
import type { Paint } from '../terminal/paint.ts';
import { stepLabel } from './labels.ts';

interface VerdictOptions {
  readonly text: Text;
  readonly paint: Paint;
  /** The time that the operation took, if that is known. */
  readonly milliseconds?: number;
}

/** Returns the end of an operation: verdict, failures with their last lines, steps that never ran, and what to do. */
export function verdictLines(verdict: Verdict, options: VerdictOptions): string[] {
  const { text, paint } = options;
  const next = verdict.error && plain(describeError(fromWire(verdict.error), text).next);
  return [
    headline(verdict, options),
    ...verdict.failures.flatMap((failure) => failureLines(failure, options)),
    // The error has been said already when it is a step's.
    ...(verdict.error && !verdict.failures.some(({ error }) => error?.code === verdict.error?.code)
      ? [`  ${plain(describeError(fromWire(verdict.error), text).message)}`]
      : []),
    ...(verdict.notRun.length > 0
      ? [`  ${text.cli.notRun} ${verdict.notRun.map((step) => stepLabel(step, text)).join(', ')}`]
      : []),
    ...(next ? [`  ${paint.bold('→')} ${next}`] : []),
  ];
}

function headline(verdict: Verdict, { text, paint, milliseconds }: VerdictOptions): string {
  const word = text.verdicts[verdict.kind];
  const reason = verdict.reason ? ` (${text.cli.reasons[verdict.reason]})` : '';
  const seconds = milliseconds === undefined ? undefined : Math.round(milliseconds / 1000);
  const time = seconds === undefined ? '' : ` ${paint.faint(fill(text.cli.duration, { seconds }))}`;
  switch (verdict.kind) {
    case 'succeeded':
      return `${paint.green(`✓ ${word}`)}${time}`;
    case 'warnings':
    case 'cancelled':
      return `${paint.amber(`! ${word}${reason}`)}${time}`;
    case 'failed':
    case 'lost':
      return `${paint.red(`✗ ${word}`)}${time}`;
    default:
      return assertNever(verdict.kind);
  }
}

function failureLines(
  failure: StepResult & { lastLines: string[] },
  { text, paint }: VerdictOptions,
): string[] {
  const error = failure.error && describeError(fromWire(failure.error), text).message;
  const message = error ?? fill(text.cli.stepFailed, { step: stepLabel(failure.step, text) });
  return [
    `  ${paint.red('✗')} ${plain(message)}`,
    ...failure.lastLines.map((line) => `    ${paint.faint('│')} ${plain(line)}`),
  ];
}
