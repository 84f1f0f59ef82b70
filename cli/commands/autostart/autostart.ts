import { autostartCondition } from '../../../shared/autostart.ts';
import { AppError, describeError, EXIT, fill, fromWire } from '../../../shared/errors.ts';
import type { WireError } from '../../../shared/errors.ts';
import { describeFinding } from '../../../shared/lint/findings.ts';
import type { AutostartEntry, OperationSummary } from '../../../shared/model.ts';
import type { VerbRequest } from '../../../shared/verbs.ts';
import type { Answer, Call } from '../../call.ts';
import { plain } from '../../../shared/plain.ts';
import { readPassphrase } from '../../input/secrets.ts';
import { ageText } from '../../output/timeText.ts';
import { table } from '../../terminal/table.ts';
import { startAndFollow } from '../startAndFollow.ts';
import type { MachineOption, PassphraseOption } from '../words.ts';

/** The options of `repo autostart enable`. */
export interface EnableOptions extends MachineOption, PassphraseOption {
  /** The repository to start after; false for none any more. */
  readonly after?: string | false;
  /** The wait before the start, in seconds. */
  readonly delay?: number;
}

/** Has a repository start at boot: `repo autostart enable NAME -m M [--after NAME | --no-after] [--delay S]`. */
export async function enable(
  call: Call,
  name: string,
  { machine: machineName, after, delay, passphraseFile: file }: EnableOptions,
): Promise<Answer> {
  const machine = await call.machine(machineName);
  const request: VerbRequest = {
    verb: 'autostart-enable',
    repository: name,
    options: {
      ...(after !== undefined && { after: after === false ? null : after }),
      ...(delay !== undefined && { delay }),
    },
  };
  tellSecurityNote(call);
  return startAndFollow(
    call,
    machine,
    request,
    await readPassphrase(call.dependencies, { file, name, isNew: false }, call.text),
  );
}

/**
 * Tells people, before they give the passphrase, what they agree to by giving it. A program is not told: the people who
 * run it have read the note.
 */
export function tellSecurityNote({ audience, live, text }: Call): void {
  if (audience === 'people') live.note(text.securityNotes.autostart);
}

/** Has a repository no longer start at boot: `repo autostart disable NAME -m M`. */
export async function disable(call: Call, name: string, machineName: string | undefined): Promise<Answer> {
  const machine = await call.machine(machineName);
  return startAndFollow(call, machine, { verb: 'autostart-disable', repository: name, options: {} });
}

/**
 * Tries the autostart key on the volume, without mounting it: `repo autostart verify NAME -m M`. The exit code is 1
 * when there are problems. Throws autostart-not-enabled.
 */
export async function verify(call: Call, name: string, machineName: string | undefined): Promise<Answer> {
  const machine = await call.machine(machineName);
  const entry = await (await call.remote()).engine.request(machine, 'autostart.verify', { repository: name });
  const { problems } = entry;
  if (problems.length > 0) {
    const lines = problems.flatMap((problem) => problemLines(problem, call));
    return { document: entry, lines, exit: EXIT.failed };
  }
  if (!entry.enabled) {
    const lines = noticeLines(entry, call);
    if (lines.length > 0) return { document: entry, lines, exit: EXIT.precondition };
    throw new AppError('autostart-not-enabled', { name: entry.name });
  }
  return { document: entry, lines: [fill(call.text.cli.autostartGood, { name: entry.name })] };
}

/** Lists how each repository starts at boot, then each problem with its next step: `repo autostart list -m M`. */
export async function list(call: Call, machineName: string | undefined): Promise<Answer> {
  const machine = await call.machine(machineName);
  const found = await (await call.remote()).engine.request(machine, 'autostart.list', {});
  const { repositories, unit } = found;
  const { text, dependencies } = call;
  const { columns, autostart, nothing, never, ago } = text.cli;
  if (repositories.length === 0) return { document: found, lines: [nothing] };
  const heads = [columns.name, columns.autostart, columns.after, columns.delay, columns.lastBoot];
  const rows = repositories.map((entry) => [
    entry.name,
    autostart[autostartCondition(entry, unit)],
    entry.after ?? '',
    entry.delay === undefined ? '' : `${entry.delay} s`,
    entry.lastBoot === undefined
      ? never
      : `${text.verdicts[entry.lastBoot.state]}, ${fill(ago, { age: ageText(entry.lastBoot, dependencies.now(), text) })}`,
  ]);
  const wrong = [
    ...(unit.problem === undefined ? [] : problemLines(unit.problem, call)),
    ...repositories.flatMap((entry) => [
      ...entry.problems.flatMap((problem) => problemLines(problem, call)),
      ...noticeLines(entry, call),
      ...bootLines(entry, call),
    ]),
  ];
  return { document: found, lines: [...table(heads, rows), ...(wrong.length > 0 ? ['', ...wrong] : [])] };
}

function problemLines(problem: WireError, { text, paint }: Call): string[] {
  const { message, next } = describeError(fromWire(problem), text);
  return [`${paint.red('✗')} ${plain(message)}`, `  ${paint.bold('→')} ${plain(next)}`];
}

/** Says what is worth knowing of a repository and is no problem, with the advice for it. */
function noticeLines({ notices = [] }: AutostartEntry, { text, paint }: Call): string[] {
  return notices.flatMap((notice) => {
    const { message, next } = describeFinding(notice, text);
    return [`${paint.amber('!')} ${plain(message)}`, `  ${paint.bold('→')} ${plain(next)}`];
  });
}

/** Says why the last boot of an enabled repository did not go well; says nothing where it did. */
function bootLines({ name, enabled, lastBoot }: AutostartEntry, { text, paint }: Call): string[] {
  if (!enabled || lastBoot === undefined || !wentWrong(lastBoot)) return [];
  const { lastBootWas, lastBootLog } = text.cli;
  const { id, state, verdict } = lastBoot;
  const error = verdict?.error ?? verdict?.failures.find((failure) => failure.error)?.error;
  const reason = error === undefined ? '' : ` ${describeError(fromWire(error), text).message}`;
  const mark = state === 'warnings' ? paint.amber('!') : paint.red('✗');
  return [
    `${mark} ${plain(fill(lastBootWas, { name, verdict: text.verdicts[state] }) + reason)}`,
    `  ${paint.bold('→')} ${fill(lastBootLog, { id })}`,
  ];
}

function wentWrong({ state }: OperationSummary): boolean {
  return state !== 'running' && state !== 'succeeded';
}
