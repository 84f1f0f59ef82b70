import type { MachineReference } from '../../../electron/engine/engine.ts';
import type { VerbRequest } from '../../../shared/verbs.ts';
import { parseSize } from '../../../shared/size.ts';
import type { Answer, Call } from '../../call.ts';
import { readPassphrase } from '../../input/secrets.ts';
import { planLines } from '../../output/planLines.ts';
import { confirm } from '../confirm.ts';
import { startAndFollow } from '../startAndFollow.ts';
import type { MachineOption, PassphraseOption } from '../words.ts';

/** The option to show the plan and change nothing. */
interface DryRunOption {
  readonly dryRun?: boolean;
}

/** The options of `repo create`. */
export interface CreateOptions extends MachineOption, PassphraseOption {
  readonly size: string;
}

/** The options of `repo mount`. */
export interface MountOptions extends MachineOption, PassphraseOption {}

/** The options of `repo up`. */
export interface UpOptions extends MachineOption, PassphraseOption, DryRunOption {
  readonly mount?: boolean;
  readonly prepOnly?: boolean;
}

/** The options of `repo down`. */
export interface DownOptions extends MachineOption, DryRunOption {
  readonly unmount?: boolean;
}

/** The options of `repo delete`. */
export interface DeleteOptions extends MachineOption {
  readonly confirm?: string;
}

/** Creates a repository: `repo create NAME -m M --size 10G`. Throws bad-size. */
export async function create(call: Call, name: string, options: CreateOptions): Promise<Answer> {
  const request: VerbRequest = {
    verb: 'create',
    repository: name,
    options: { size: parseSize(options.size) },
  };
  const machine = await call.machine(options.machine);
  const source = { file: options.passphraseFile, name, isNew: true };
  return startAndFollow(call, machine, request, await readPassphrase(call.dependencies, source, call.text));
}

/** Mounts a repository: `repo mount NAME -m M`. */
export async function mount(call: Call, name: string, options: MountOptions): Promise<Answer> {
  const machine = await call.machine(options.machine);
  const request: VerbRequest = { verb: 'mount', repository: name, options: {} };
  return startAndFollow(call, machine, request, await passphraseIfClosed(call, machine, name, options));
}

/** Unmounts a repository: `repo unmount NAME -m M`. */
export async function unmount(call: Call, name: string, options: MachineOption): Promise<Answer> {
  const machine = await call.machine(options.machine);
  return startAndFollow(call, machine, { verb: 'unmount', repository: name, options: {} });
}

/** Starts a repository's services: `repo up NAME -m M [--mount] [--prep-only] [--dry-run]`. */
export async function up(call: Call, name: string, options: UpOptions): Promise<Answer> {
  const machine = await call.machine(options.machine);
  const request: VerbRequest = {
    verb: 'up',
    repository: name,
    options: { ...(options.mount && { mount: true }), ...(options.prepOnly && { prepOnly: true }) },
  };
  if (options.dryRun) return preview(call, machine, request);
  const passphrase = options.mount ? await passphraseIfClosed(call, machine, name, options) : undefined;
  return startAndFollow(call, machine, request, passphrase);
}

/** Stops a repository's services: `repo down NAME -m M [--unmount] [--dry-run]`. */
export async function down(call: Call, name: string, options: DownOptions): Promise<Answer> {
  const machine = await call.machine(options.machine);
  const request: VerbRequest = {
    verb: 'down',
    repository: name,
    options: { ...(options.unmount && { unmount: true }) },
  };
  return options.dryRun ? preview(call, machine, request) : startAndFollow(call, machine, request);
}

/**
 * Deletes a repository: `repo delete NAME -m M`. The person confirms by typing its name, or gives it with `--confirm`.
 * Throws confirmation-needed.
 */
export async function deleteRepository(call: Call, name: string, options: DeleteOptions): Promise<Answer> {
  const machine = await call.machine(options.machine);
  await confirm(call, call.text.cli.deletePrompt, { name, machine: machine.machine.name }, options.confirm);
  return startAndFollow(call, machine, { verb: 'delete', repository: name, options: {} });
}

/**
 * Reads the passphrase of a repository that is closed. Undefined for a mounted one: the machine is asked first, so that
 * a person is not asked for a passphrase that nothing needs.
 */
async function passphraseIfClosed(
  call: Call,
  machine: MachineReference,
  name: string,
  { passphraseFile: file }: PassphraseOption,
): Promise<Uint8Array | undefined> {
  const { engine } = await call.remote();
  const { mounted } = await engine.request(machine, 'repository.status', { repository: name });
  if (mounted) return undefined;
  return readPassphrase(call.dependencies, { file, name, isNew: false }, call.text);
}

async function preview(call: Call, machine: MachineReference, request: VerbRequest): Promise<Answer> {
  const preview = await (await call.remote()).engine.plan(machine, request);
  return { document: preview, lines: planLines(preview.plan, call.text) };
}
