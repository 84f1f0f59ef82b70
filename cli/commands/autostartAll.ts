import { autostartAll, autostartTargets } from '../../electron/engine/autostartAll.ts';
import type {
  AutostartResult,
  AutostartTargets,
  AutostartVerb,
  AutostartWatch,
  Passphrases,
} from '../../electron/engine/autostartAll.ts';
import type { MachineReference } from '../../electron/engine/engine.ts';
import { describeError, EXIT, fill, fromWire, toAppError } from '../../shared/errors.ts';
import type { ExitCode } from '../../shared/errors.ts';
import type { Text } from '../../shared/text/en.ts';
import type { Answer, Call } from '../call.ts';
import { createView, showVerdict } from '../follow.ts';
import type { View } from '../follow.ts';
import { readPassphrasesFile } from '../passphrasesFile.ts';
import { readPassphrase } from '../secrets.ts';
import { formatSpan } from '../size.ts';
import { table } from '../table.ts';
import { tellSecurityNote } from './autostart.ts';

export interface AllOptions {
  readonly machine?: string;
  readonly passphraseFile?: string;
  readonly passphrasesFile?: string;
}

/** `repo autostart enable-all -m M [--passphrase-file F | --passphrases-file F]` */
export function enableAll(call: Call, options: AllOptions): Promise<Answer> {
  return forAll(call, 'autostart-enable', options);
}

/** `repo autostart disable-all -m M` */
export function disableAll(call: Call, options: AllOptions): Promise<Answer> {
  return forAll(call, 'autostart-disable', options);
}

async function forAll(call: Call, verb: AutostartVerb, options: AllOptions): Promise<Answer> {
  const machine = await call.machine(options.machine);
  const { engine } = await call.remote();
  const targets = autostartTargets(await engine.request(machine, 'autostart.list', {}), verb);
  const entries = targets.wanted;
  if (entries.length === 0) return answerOf(call, { machine, verb, targets, results: [], notBegun: [] });
  const passphrases = verb === 'autostart-enable' ? await askForAll(call, targets, options) : undefined;
  const stop = createStop(call);
  try {
    const job = { machine, verb, entries, ...(passphrases && { passphrases }) };
    const { results, notBegun } = await autostartAll(engine, job, watchOf(call, stop));
    return answerOf(call, { machine, verb, targets, results, notBegun }, stop.cancel.aborted);
  } finally {
    stop.release();
  }
}

function askForAll(
  call: Call,
  { wanted }: AutostartTargets,
  { passphraseFile: file, passphrasesFile }: AllOptions,
): Promise<Passphrases> {
  tellSecurityNote(call);
  if (passphrasesFile !== undefined) return readPassphrasesFile(call.world.stdin, passphrasesFile);
  const name = wanted.map((entry) => entry.name).join(', ');
  return readPassphrase(call.world, { file, name, isNew: false }, call.text);
}

/** Ctrl-C: the first cancels what runs and begins no other, the second leaves what runs. */
interface Stop {
  readonly cancel: AbortSignal;
  readonly leave: AbortSignal;
  release(): void;
}

function createStop({ world, live, text }: Call): Stop {
  const cancel = new AbortController();
  const leave = new AbortController();
  const release = world.onInterrupt(() => {
    if (cancel.signal.aborted) {
      leave.abort();
      return;
    }
    live.note(text.cli.allCancelling);
    cancel.abort();
  });
  return { cancel: cancel.signal, leave: leave.signal, release };
}

/** Shows each operation as a single one is shown. */
function watchOf(call: Call, { cancel, leave }: Stop): AutostartWatch {
  const { world, live, text } = call;
  let view: View | undefined;
  return {
    cancel,
    leave,
    now: () => world.now(),
    onStarted: () => (view = createView(call)).options,
    onEnded: async ({ operation, verdict }) => {
      await view?.shown();
      if (operation === undefined || verdict.kind === 'lost') await showVerdict(call, verdict);
      live.end();
    },
    onCancelFailed: (error) => live.note(describeError(toAppError(error), text).message),
  };
}

interface Outcome {
  readonly machine: MachineReference;
  readonly verb: AutostartVerb;
  readonly targets: AutostartTargets;
  readonly results: readonly AutostartResult[];
  readonly notBegun: readonly string[];
}

function answerOf(call: Call, outcome: Outcome, cancelled = false): Answer {
  const { machine, verb, targets, results, notBegun } = outcome;
  const { allForks, allNothing, allNotBegun } = call.text.cli;
  const name = machine.machine.name;
  const forks = targets.forks.map((entry) => entry.name);
  const named = (template: string, names: readonly string[]): string[] =>
    names.length === 0 ? [] : [fill(template, { names: names.join(', ') })];
  return {
    document: { machine: name, verb, results, forks, notBegun },
    lines: [
      ...(targets.wanted.length === 0 ? [fill(allNothing, { machine: name })] : []),
      ...(results.length === 0 ? [] : ['', ...summary(results, call.text)]),
      ...named(allForks, forks),
      ...named(allNotBegun, notBegun),
    ],
    exit: cancelled ? EXIT.cancelled : exitOf(results),
  };
}

function summary(results: readonly AutostartResult[], text: Text): string[] {
  const { columns } = text.cli;
  const heads = [columns.name, columns.verdict, columns.duration, columns.error];
  const rows = results.map(({ repository, verdict, milliseconds }) => {
    const error = verdict.error ?? verdict.failures.find((failure) => failure.error)?.error;
    return [
      repository,
      text.verdicts[verdict.kind],
      formatSpan(milliseconds / 1000),
      error === undefined ? '' : describeError(fromWire(error), text).message,
    ];
  });
  return table(heads, rows);
}

/** All done or nothing to do, some not, none. */
function exitOf(results: readonly AutostartResult[]): ExitCode {
  const done = results.filter(({ verdict }) => verdict.kind === 'succeeded').length;
  if (done === results.length) return EXIT.succeeded;
  return done === 0 ? EXIT.failed : EXIT.warnings;
}
