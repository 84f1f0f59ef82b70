import type { BulkOutcome, BulkResult, BulkTask } from '../../../electron/engine/bulk/runBulk.ts';
import { exitOfBulk } from '../../../shared/bulk.ts';
import { describeError, fill, fromWire } from '../../../shared/errors.ts';
import type { ExitCode } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text/text.ts';
import { spanText } from '../../output/timeText.ts';
import { table } from '../../terminal/table.ts';

/** Returns a repository's name for people: `shop`, or `prod-1/shop` where there are several machines. */
export function labelOf({ machine, name }: Pick<BulkTask, 'machine' | 'name'>, several: boolean): string {
  return several ? `${machine.machine.name}/${name}` : name;
}

/** The name of a repository for programs; `operation` is there once its operation has an id. */
export interface Source {
  readonly machine: string;
  readonly guid: string;
  readonly repository: string;
  readonly operation?: string;
}

/** Returns a repository's name, and the id of its operation where there is one, for programs. */
export function sourceOf(
  { machine, guid, name }: Pick<BulkTask, 'machine' | 'guid' | 'name'>,
  operation?: string,
): Source {
  const source = { machine: machine.machine.name, guid, repository: name };
  return { ...source, ...(operation !== undefined && { operation }) };
}

/** Fills a sentence with these names; returns no line when there is no name. */
export function namesLine(template: string, names: readonly string[]): string[] {
  return names.length === 0 ? [] : [fill(template, { names: names.join(', ') })];
}

/** Returns a table of each repository's verdict, duration and error, with the machines where there are several. */
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

/** Returns the lines that name the repositories not begun, and those whose operation still runs. */
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

/** Returns the exit code of a verb for all repositories (see `exitOfBulk`). `cancelled`: the person pressed Ctrl-C. */
export function exitOfOutcome(
  results: readonly BulkResult[],
  { notBegun, left }: BulkOutcome,
  cancelled: boolean,
): ExitCode {
  const verdicts = results.map(({ verdict }) => verdict.kind);
  const short = notBegun.length > 0 || left.length > 0 || verdicts.includes('cancelled');
  return exitOfBulk({ verdicts, stopped: cancelled && short });
}
