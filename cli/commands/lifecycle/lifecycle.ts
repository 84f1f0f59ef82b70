import type { MachineReference } from '../../../electron/engine/engine.ts';
import { abortable } from '../../../electron/engine/agent/readStream.ts';
import { AppError, fill } from '../../../shared/errors.ts';
import type { Plan } from '../../../shared/model.ts';
import type { VerbRequest } from '../../../shared/verbs.ts';
import { parseSize } from '../../../shared/size.ts';
import type { Text } from '../../../shared/text/text.ts';
import { exitOfVerdict } from '../../../shared/verdict.ts';
import type { Answer, Call } from '../../call.ts';
import { followOperation } from '../../output/follow.ts';
import { noticeLine, stepLabel } from '../../output/labels.ts';
import { ask, canAsk } from '../../input/prompt.ts';
import { readPassphrase } from '../../input/secrets.ts';
import { createStop } from '../../input/interrupt.ts';

/** Options that several verbs take. */
export interface VerbOptions {
  readonly machine?: string;
  readonly passphraseFile?: string;
  readonly dryRun?: boolean;
}

/** `repo create NAME -m M --size 10G` */
export async function create(
  call: Call,
  name: string,
  options: VerbOptions & { size: string },
): Promise<Answer> {
  const request: VerbRequest = {
    verb: 'create',
    repository: name,
    options: { size: parseSize(options.size) },
  };
  const machine = await call.machine(options.machine);
  const source = { file: options.passphraseFile, name, isNew: true };
  return run(call, machine, request, await readPassphrase(call.dependencies, source, call.text));
}

/** `repo mount NAME -m M` */
export async function mount(call: Call, name: string, options: VerbOptions): Promise<Answer> {
  const machine = await call.machine(options.machine);
  const request: VerbRequest = { verb: 'mount', repository: name, options: {} };
  return run(call, machine, request, await passphraseIfClosed(call, machine, name, options));
}

/** `repo unmount NAME -m M` */
export async function unmount(call: Call, name: string, options: VerbOptions): Promise<Answer> {
  const machine = await call.machine(options.machine);
  return run(call, machine, { verb: 'unmount', repository: name, options: {} });
}

/** `repo up NAME -m M [--mount] [--prep-only] [--dry-run]` */
export async function up(
  call: Call,
  name: string,
  options: VerbOptions & { mount?: boolean; prepOnly?: boolean },
): Promise<Answer> {
  const machine = await call.machine(options.machine);
  const request: VerbRequest = {
    verb: 'up',
    repository: name,
    options: { ...(options.mount && { mount: true }), ...(options.prepOnly && { prepOnly: true }) },
  };
  if (options.dryRun) return preview(call, machine, request);
  const passphrase = options.mount ? await passphraseIfClosed(call, machine, name, options) : undefined;
  return run(call, machine, request, passphrase);
}

/** `repo down NAME -m M [--unmount] [--dry-run]` */
export async function down(
  call: Call,
  name: string,
  options: VerbOptions & { unmount?: boolean },
): Promise<Answer> {
  const machine = await call.machine(options.machine);
  const request: VerbRequest = {
    verb: 'down',
    repository: name,
    options: { ...(options.unmount && { unmount: true }) },
  };
  return options.dryRun ? preview(call, machine, request) : run(call, machine, request);
}

/** `repo delete NAME -m M`; the name is typed, or given once more. */
export async function deleteRepository(
  call: Call,
  name: string,
  options: VerbOptions & { confirm?: string },
): Promise<Answer> {
  const machine = await call.machine(options.machine);
  await confirm(call, call.text.cli.deletePrompt, { name, machine: machine.machine.name }, options.confirm);
  return run(call, machine, { verb: 'delete', repository: name, options: {} });
}

/** Has the repository's name typed, unless it was given. Throws confirmation-needed when it is another. */
export async function confirm(
  { dependencies }: Call,
  question: string,
  about: { name: string; machine: string },
  given: string | undefined,
): Promise<void> {
  const typed =
    given !== undefined || !canAsk(dependencies)
      ? given
      : (await ask(dependencies, fill(question, about), true)).toString().trim();
  if (typed !== about.name) throw new AppError('confirmation-needed', { name: about.name });
}

/** One request more, so that a person is not asked for what is not needed. */
async function passphraseIfClosed(
  call: Call,
  machine: MachineReference,
  name: string,
  { passphraseFile: file }: VerbOptions,
): Promise<Uint8Array | undefined> {
  const { engine } = await call.remote();
  const { mounted } = await engine.request(machine, 'repository.status', { repository: name });
  if (mounted) return undefined;
  return readPassphrase(call.dependencies, { file, name, isNew: false }, call.text);
}

/** Starts a verb, follows it to its verdict, and wipes the passphrases. Ctrl-C is heard from before the start. */
export async function run(
  call: Call,
  machine: MachineReference,
  request: VerbRequest,
  passphrase?: Uint8Array,
  newPassphrase?: Uint8Array,
): Promise<Answer> {
  const { verb, repository } = request;
  const { cancelling, cancellingStart } = call.text.cli;
  let operation: string | undefined;
  const stop = createStop(call, () =>
    operation === undefined ? cancellingStart : fill(cancelling, { id: operation }),
  );
  try {
    const secrets = { ...(passphrase && { passphrase }), ...(newPassphrase && { newPassphrase }) };
    operation = await start(call, machine, request, secrets, stop.leave);
    const verdict = await followOperation(call, machine, operation, stop);
    return {
      document: { operation, machine: machine.machine.name, repository, verb, verdict },
      exit: exitOfVerdict(verdict),
    };
  } finally {
    stop.release();
  }
}

/** The operation's id. Throws `start-left` when the person does not wait for it. */
async function start(
  call: Call,
  machine: MachineReference,
  request: VerbRequest,
  secrets: { passphrase?: Uint8Array; newPassphrase?: Uint8Array },
  leave: AbortSignal,
): Promise<string> {
  try {
    const { engine } = await call.remote();
    const { operation } = await abortable(leave, engine.start(machine, request, secrets));
    return operation;
  } catch (error) {
    if (!leave.aborted) throw error;
    throw new AppError('start-left', { verb: request.verb, name: request.repository });
  } finally {
    secrets.passphrase?.fill(0);
    secrets.newPassphrase?.fill(0);
  }
}

async function preview(call: Call, machine: MachineReference, request: VerbRequest): Promise<Answer> {
  const preview = await (await call.remote()).engine.plan(machine, request);
  return { document: preview, lines: planLines(preview.plan, call.text) };
}

/** A plan as people read it: its steps in order, numbered as the run will count them. */
export function planLines(plan: Plan, text: Text): string[] {
  const { planTitle, planIfDefined, planStops, planIncomplete } = text.cli;
  const steps = plan.steps.map((step) => {
    const label = stepLabel(step, text);
    const words = step.kind === 'function' ? fill(planIfDefined, { label }) : label;
    const rule = step.kind === 'function' && step.onFailure === 'stop' ? `; ${planStops}` : '';
    return `  ${String(step.index + 1).padStart(2)}. ${words}${rule}`;
  });
  return [
    fill(planTitle, { verb: plan.verb, repository: plan.repository.name }),
    ...steps,
    ...(plan.complete ? [] : [planIncomplete]),
    ...plan.notices.map((notice) => `! ${noticeLine(notice, text)}`),
  ];
}
