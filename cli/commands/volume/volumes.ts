import type { VerbRequest } from '../../../shared/verbs.ts';
import { parseSize } from '../../../shared/size.ts';
import type { Answer, Call } from '../../call.ts';
import { readPassphrase } from '../../input/secrets.ts';
import { startAndFollow } from '../startAndFollow.ts';
import type { MachineOption, PassphraseOption } from '../words.ts';

/** The options of `repo resize`. */
export interface ResizeOptions extends MachineOption, PassphraseOption {
  readonly size: string;
}

/** The options of `repo fork`. */
export interface ForkOptions extends MachineOption {
  readonly tag: string;
}

/** The options of `repo allow`. */
export interface AllowOptions extends MachineOption {
  readonly revoke?: boolean;
}

/** Opens another repository's addresses to a repository, or closes them: `repo allow NAME OTHER [--revoke] -m M`. */
export async function allow(
  call: Call,
  name: string,
  other: string,
  { machine: machineName, revoke = false }: AllowOptions,
): Promise<Answer> {
  const machine = await call.machine(machineName);
  const options = { other, ...(revoke && { revoke }) };
  return startAndFollow(call, machine, { verb: 'allow', repository: name, options });
}

/** Renames a repository: `repo rename NAME NEW -m M`. */
export async function renameRepository(
  call: Call,
  name: string,
  newName: string,
  machineName: string | undefined,
): Promise<Answer> {
  const machine = await call.machine(machineName);
  return startAndFollow(call, machine, { verb: 'rename', repository: name, options: { newName } });
}

/**
 * Grows a repository to a size: `repo resize NAME --size 20G -m M`. A repository that starts at boot is opened by its
 * key on the machine, unless a passphrase is given. Throws bad-size.
 */
export async function resize(
  call: Call,
  name: string,
  { machine: machineName, passphraseFile: file, size }: ResizeOptions,
): Promise<Answer> {
  const bytes = parseSize(size);
  const machine = await call.machine(machineName);
  const { engine } = await call.remote();
  const { autostart } = await engine.request(machine, 'repository.status', { repository: name });
  const byKey = autostart.enabled && file === undefined;
  const request: VerbRequest = {
    verb: 'resize',
    repository: name,
    options: { size: bytes, ...(byKey && { byKey }) },
  };
  if (byKey) return startAndFollow(call, machine, request);
  return startAndFollow(
    call,
    machine,
    request,
    await readPassphrase(call.dependencies, { file, name, isNew: false }, call.text),
  );
}

/** Forks a repository: `repo fork PARENT --tag NAME -m M`. */
export async function fork(
  call: Call,
  parent: string,
  { machine: machineName, tag }: ForkOptions,
): Promise<Answer> {
  const machine = await call.machine(machineName);
  return startAndFollow(call, machine, { verb: 'fork', repository: parent, options: { tag } });
}
