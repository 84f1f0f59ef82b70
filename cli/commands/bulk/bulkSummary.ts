import type { BulkOutcome, BulkResult, BulkTask } from '../../../electron/engine/bulk/runBulk.ts';
import { exitOfBulk } from '../../../shared/bulk.ts';
import { describeError, fill, fromWire } from '../../../shared/errors.ts';
import type { ExitCode } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text/text.ts';
import { spanText } from '../../output/timeText.ts';
import { table } from '../../terminal/table.ts';

/** How people are told which repository is meant: by its name, with its machine's where there are several. */
export function labelOf({ machine, name }: Pick<BulkTask, 'machine' | 'name'>, several: boolean): string {
  return several ? `${machine.machine.name}/${name}` : name;
}

/** The same for programs; `operation` once there is one. */
export interface Source {
  readonly machine: string;
  readonly guid: string;
  readonly repository: string;
  readonly operation?: string;
}

/** Names a repository, and its operation where there is one. */
export function sourceOf(
  { machine, guid, name }: Pick<BulkTask, 'machine' | 'guid' | 'name'>,
  operation?: string,
): Source {
  const source = { machine: machine.machine.name, guid, repository: name };
  return { ...source, ...(operation !== undefined && { operation }) };
}

/** A sentence with the names in it; nothing without a name. */
export function namesLine(template: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [fill(template, { names: names.join(', ') })];
}

/** Each verdict with its duration, one row a repository; with the machines where there are several. */
export function summaryTable(results: readonly BulkResult[], several: boolean, text: Text): string[] {
  if (results.length === 0) return [];
  const { columns } = text.cli;
  const heads = [columns.name, columns.verdict, columns.duration, columns.error];
  const rows = results.map(({ machine, repository = '', verdict, milliseconds }) => {
    const error = verdict.error ?? verdict.failures.find((failure) => failure.error)?.error;
    return [
      ...(several ? [machine] : []),
      repository,
      text.verdicts[verdict.kind],
      spanText(milliseconds / 1000, text),
      error === undefined ? '' : describeError(fromWire(error), text).message,
    ];
  });
  return ['', ...table(several ? [columns.machine, ...heads] : heads, rows)];
}

/** What was not begun, and what still runs. */
export function unfinishedLines({ notBegun, left }: BulkOutcome, several: boolean, text: Text): string[] {
  const running = left.map(({ task, operation }) => `${labelOf(task, several)} (${operation ?? '?'})`);
  return [
    ...namesLine(
      text.cli.allNotBegun,
      notBegun.map((task) => labelOf(task, several)),
    ),
    ...namesLine(text.cli.allLeft, running),
  ];
}

/** The exit code of all of it (shared/bulk). `cancelled`: a person asked for its end. */
export function exitOfOutcome(
  results: readonly BulkResult[],
  { notBegun, left }: BulkOutcome,
  cancelled: boolean,
): ExitCode {
  const verdicts = results.map(({ verdict }) => verdict.kind);
  const short = notBegun.length > 0 || left.length > 0 || verdicts.includes('cancelled');
  return exitOfBulk({ verdicts, stopped: cancelled && short });
}
