import type { BulkOutcome, BulkResult } from '../../../electron/engine/bulk/runBulk.ts';
import type { BulkSurvey } from '../../../electron/engine/bulk/bulkSurvey.ts';
import type { MachineReference } from '../../../electron/engine/engine.ts';
import type { BulkRequest } from '../../../shared/bulk.ts';
import { fill } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text/text.ts';
import { exitOfOutcome, labelOf, namesLine, sourceOf, summaryTable, unfinishedLines } from './bulkSummary.ts';
import type { Answer, Call } from '../../call.ts';

/** The subject of a verb for all repositories: the request, the machines, and what was found on them. */
export interface BulkAbout {
  readonly request: BulkRequest;
  readonly machines: readonly MachineReference[];
  readonly survey: BulkSurvey;
}

/**
 * Makes the answer of a verb for all repositories, in the order of the machines. A machine that could not be asked has
 * one result, in place of its repositories'. `cancelled`: the person pressed Ctrl-C.
 */
export function bulkAnswer(
  { text }: Call,
  about: BulkAbout,
  outcome: BulkOutcome,
  cancelled: boolean,
): Answer {
  const { machines, survey } = about;
  const several = machines.length > 1;
  const ended: readonly BulkResult[] = [...survey.unreachable, ...outcome.results];
  const results = machines.flatMap(({ machine }) => ended.filter((one) => one.machine === machine.name));
  return {
    document: {
      ...bulkHead(about),
      results,
      notBegun: outcome.notBegun.map((task) => sourceOf(task)),
      left: outcome.left.map(({ task, operation }) => sourceOf(task, operation)),
    },
    lines: [
      ...nothingLines(about, text),
      ...summaryTable(results, several, text),
      ...leftOutLines(about, text),
      ...unfinishedLines(outcome, several, text),
    ],
    exit: exitOfOutcome(results, outcome, cancelled),
  };
}

/** Returns the fields that a document of a verb for all repositories begins with. */
export function bulkHead({ request, machines, survey }: BulkAbout): object {
  return {
    ...request,
    machines: machines.map(({ machine }) => machine.name),
    leftOut: survey.leftOut.map((left) => ({ ...sourceOf(left), reason: left.reason })),
  };
}

/** Says that there was nothing to do; returns no line where there was something. */
export function nothingLines({ machines, survey }: BulkAbout, text: Text): string[] {
  if (survey.tasks.length > 0 || survey.unreachable.length > 0) return [];
  const names = machines.map(({ machine }) => machine.name);
  return [names.length === 0 ? text.cli.nothing : fill(text.cli.allNothing, { machine: names.join(', ') })];
}

/** Returns the line that names the forks left out, because `--include-forks` was not given; no line without forks. */
export function leftOutLines({ machines, survey }: BulkAbout, text: Text): string[] {
  const forks = survey.leftOut.filter(({ reason }) => reason === 'fork');
  return namesLine(
    text.cli.allForks,
    forks.map((fork) => labelOf(fork, machines.length > 1)),
  );
}
