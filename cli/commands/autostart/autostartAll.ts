import { runBulk } from '../../../electron/engine/bulk/runBulk.ts';
import type { BulkOutcome, Passphrases } from '../../../electron/engine/bulk/runBulk.ts';
import { selectAutostart } from '../../../shared/bulk.ts';
import type { AutostartVerb, Selection } from '../../../shared/bulk.ts';
import { fill } from '../../../shared/errors.ts';
import { exitOfOutcome, namesLine, summaryTable, unfinishedLines } from '../bulk/bulkSummary.ts';
import { createBulkWatch } from '../bulk/bulkWatch.ts';
import type { Answer, Call } from '../../call.ts';
import { readPassphrasesFile } from '../../input/passphrasesFile.ts';
import { readPassphrase } from '../../input/secrets.ts';
import { createStop } from '../../input/interrupt.ts';
import { tellSecurityNote } from './autostart.ts';
import type { MachineOption, PassphraseOption } from '../words.ts';

/** The options of `repo autostart enable-all` and `disable-all`. */
export interface AllOptions extends MachineOption, PassphraseOption {
  readonly passphrasesFile?: string;
  readonly excludeForks?: boolean;
}

/**
 * Has all repositories start at boot:
 * `repo autostart enable-all -m M [--exclude-forks] [--passphrase-file F | --passphrases-file F]`.
 */
export function enableAll(call: Call, options: AllOptions): Promise<Answer> {
  return forAll(call, 'autostart-enable', options);
}

/** Has no repository start at boot any more: `repo autostart disable-all -m M`. */
export function disableAll(call: Call, options: AllOptions): Promise<Answer> {
  return forAll(call, 'autostart-disable', options);
}

async function forAll(call: Call, verb: AutostartVerb, options: AllOptions): Promise<Answer> {
  const machine = await call.machine(options.machine);
  const { engine } = await call.remote();
  const list = await engine.request(machine, 'autostart.list', {});
  const selection = selectAutostart({ verb, excludeForks: options.excludeForks }, list);
  const tasks = selection.targets.map((target) => ({ ...target, machine }));
  const about = { machine: machine.machine.name, verb, selection };
  if (tasks.length === 0) return answerOf(call, about, { results: [], notBegun: [], left: [] }, false);
  const passphrases = verb === 'autostart-enable' ? await askForAll(call, selection, options) : undefined;
  const stop = createStop(call, () => call.text.cli.allCancelling);
  try {
    const job = { tasks, limit: 1, passphrases };
    const outcome = await runBulk(engine, job, createBulkWatch(call, stop, job));
    return answerOf(call, about, outcome, stop.cancel.aborted);
  } finally {
    stop.release();
  }
}

function askForAll(
  call: Call,
  { targets }: Selection,
  { passphraseFile: file, passphrasesFile }: AllOptions,
): Promise<Passphrases> {
  tellSecurityNote(call);
  if (passphrasesFile !== undefined) return readPassphrasesFile(call.dependencies.stdin, passphrasesFile);
  const name = targets.map((target) => target.name).join(', ');
  return readPassphrase(call.dependencies, { file, name, isNew: false }, call.text);
}

function answerOf(
  { text }: Call,
  { machine, verb, selection }: { machine: string; verb: AutostartVerb; selection: Selection },
  outcome: BulkOutcome,
  cancelled: boolean,
): Answer {
  const { results, notBegun, left } = outcome;
  const forks = selection.leftOut.filter(({ reason }) => reason === 'fork').map(({ name }) => name);
  return {
    document: {
      ...{ machine, verb, results, forks },
      notBegun: notBegun.map(({ name }) => name),
      left: left.map(({ task: { name, guid }, operation }) => ({ guid, repository: name, operation })),
    },
    lines: [
      ...(selection.targets.length === 0 ? [fill(text.cli.allNothing, { machine })] : []),
      ...summaryTable(results, false, text),
      ...namesLine(text.cli.allForks, forks),
      ...unfinishedLines(outcome, false, text),
    ],
    exit: exitOfOutcome(results, outcome, cancelled),
  };
}
