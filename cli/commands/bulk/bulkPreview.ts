import type { BulkPreview } from '../../../electron/engine/bulk/bulkSurvey.ts';
import { exitOfBulk } from '../../../shared/bulk.ts';
import { describeError, fromWire, toWire } from '../../../shared/errors.ts';
import type { AppError } from '../../../shared/errors.ts';
import { bulkHead, leftOutLines, nothingLines } from './bulkAnswer.ts';
import type { BulkAbout } from './bulkAnswer.ts';
import { labelOf, sourceOf } from './bulkSummary.ts';
import type { Answer, Call } from '../../call.ts';
import { planLines } from '../../output/planLines.ts';
import { plain } from '../../../shared/plain.ts';

/** Makes the answer of a dry run for all repositories: the plan of each, or the refusal that it would meet. */
export function previewAnswer(call: Call, about: BulkAbout, previews: readonly BulkPreview[]): Answer {
  const { machines, survey } = about;
  const several = machines.length > 1;
  const unreachable = survey.unreachable.flatMap(({ machine, verdict: { error } }) =>
    error === undefined ? [] : [{ machine, error }],
  );
  const sections = machines.flatMap(({ machine: { name } }) => [
    ...(several ? [call.paint.bold(name)] : []),
    ...unreachable
      .filter(({ machine }) => machine === name)
      .flatMap(({ error }) => refusalLines(call, name, fromWire(error))),
    ...previews
      .filter(({ task }) => task.machine.machine.name === name)
      .flatMap((preview) => previewLines(call, preview, several)),
  ]);
  const plans = previews.map((preview) => {
    const source = sourceOf(preview.task);
    if ('refusal' in preview) return { ...source, error: toWire(preview.refusal) };
    return { ...source, plan: preview.plan, digest: preview.digest };
  });
  const verdicts = [...plans, ...unreachable].map((one) => ('error' in one ? 'failed' : 'succeeded'));
  return {
    document: { ...bulkHead(about), dryRun: true, plans: [...plans, ...unreachable] },
    lines: [
      ...nothingLines(about, call.text),
      ...(survey.tasks.length + unreachable.length > 0 ? sections : []),
      ...leftOutLines(about, call.text),
    ],
    exit: exitOfBulk({ verdicts, stopped: false }),
  };
}

function previewLines(call: Call, preview: BulkPreview, several: boolean): string[] {
  if ('plan' in preview) return planLines(preview.plan, call.text);
  return refusalLines(call, labelOf(preview.task, several), preview.refusal);
}

function refusalLines({ paint, text }: Call, label: string, error: AppError): string[] {
  const { message, next } = describeError(error, text);
  return [
    `${paint.red('✗')} ${plain(label)}: ${plain(message)}`,
    ...(next === '' ? [] : [`  ${paint.bold('→')} ${plain(next)}`]),
  ];
}
