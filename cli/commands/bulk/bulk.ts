import { runBulk } from '../../../electron/engine/bulk/runBulk.ts';
import type { BulkTask, Passphrases } from '../../../electron/engine/bulk/runBulk.ts';
import { previewBulk, surveyBulk } from '../../../electron/engine/bulk/bulkSurvey.ts';
import type { MachineReference } from '../../../electron/engine/engine.ts';
import { machinesOf } from '../../../electron/engine/machineReference.ts';
import { concurrencyLimit } from '../../../shared/bulk.ts';
import type { BulkRequest, Concurrency } from '../../../shared/bulk.ts';
import { fromWire } from '../../../shared/errors.ts';
import { bulkAnswer } from './bulkAnswer.ts';
import { previewAnswer } from './bulkPreview.ts';
import { createBulkWatch } from './bulkWatch.ts';
import type { Answer, Call } from '../../call.ts';
import { readPassphrasesFile } from '../../input/passphrasesFile.ts';
import { canAsk } from '../../input/prompt.ts';
import { readPassphrase } from '../../input/secrets.ts';
import { createStop } from '../../input/interrupt.ts';
import type { MachineOption, PassphraseOption } from '../words.ts';

/** The options that `repo up-all` and `repo down-all` share. */
interface BulkOptions extends Concurrency, MachineOption {
  readonly allMachines?: boolean;
  readonly includeForks?: boolean;
  readonly dryRun?: boolean;
}

/** The options that name the file that passphrases of several repositories are read from. */
interface PassphrasesOptions extends PassphraseOption {
  readonly passphrasesFile?: string;
}

/** The options of `repo up-all`. */
export interface UpAllOptions extends BulkOptions, PassphrasesOptions {
  readonly mountOnly?: boolean;
}

/** The options of `repo down-all`. */
export interface DownAllOptions extends BulkOptions {
  readonly unmount?: boolean;
}

/**
 * Mounts and starts all repositories of one machine or of all machines:
 * `repo up-all -m M | --all-machines [--include-forks] [--mount-only] [--dry-run] [--parallel] [--concurrency N]`.
 */
export function upAll(call: Call, options: UpAllOptions): Promise<Answer> {
  const { includeForks = false, mountOnly = false } = options;
  return forAll(call, { verb: 'up-all', includeForks, mountOnly }, options);
}

/**
 * Stops all repositories of one machine or of all machines:
 * `repo down-all -m M | --all-machines [--include-forks] [--unmount] [--dry-run] [--parallel] [--concurrency N]`.
 */
export function downAll(call: Call, options: DownAllOptions): Promise<Answer> {
  const { includeForks = false, unmount = false } = options;
  return forAll(call, { verb: 'down-all', includeForks, unmount }, options);
}

async function forAll(
  call: Call,
  request: BulkRequest,
  options: BulkOptions & PassphrasesOptions,
): Promise<Answer> {
  const machines = await machinesFor(call, options);
  const { engine } = await call.remote();
  const survey = await surveyBulk(engine, machines, request, () => call.dependencies.now());
  const [failure] = survey.unreachable;
  // A single machine is what the command is about: when it cannot be asked, the command fails with its error.
  if (options.allMachines !== true && failure?.verdict.error) throw fromWire(failure.verdict.error);
  const { tasks } = survey;
  const limit = concurrencyLimit(options);
  const about = { request, machines, survey };
  if (options.dryRun) return previewAnswer(call, about, await previewBulk(engine, tasks, limit));
  const passphrases = await passphrasesFor(call, tasks, options);
  const stop = createStop(call, () => call.text.cli.allCancelling);
  try {
    const job = { tasks, limit, passphrases };
    const outcome = await runBulk(engine, job, createBulkWatch(call, stop, job));
    return bulkAnswer(call, about, outcome, stop.cancel.aborted);
  } finally {
    stop.release();
  }
}

async function machinesFor(call: Call, { machine, allMachines }: BulkOptions): Promise<MachineReference[]> {
  if (allMachines !== true) return [await call.machine(machine)];
  return machinesOf(await (await call.contexts()).machines(call.globals.context));
}

/**
 * Reads the passphrases of the closed repositories among the targets. Undefined where none is closed, and where there
 * is no file and nobody to ask: each closed repository then fails with its own error.
 */
async function passphrasesFor(
  call: Call,
  tasks: readonly BulkTask[],
  { passphraseFile: file, passphrasesFile }: PassphrasesOptions,
): Promise<Passphrases | undefined> {
  const { dependencies, text } = call;
  const closed = tasks.filter(({ needsPassphrase }) => needsPassphrase);
  if (closed.length === 0) return undefined;
  if (passphrasesFile !== undefined) return readPassphrasesFile(dependencies.stdin, passphrasesFile);
  if (file === undefined && !canAsk(dependencies)) return undefined;
  const name = [...new Set(closed.map((task) => task.name))].join(', ');
  return readPassphrase(dependencies, { file, name, isNew: false }, text);
}
