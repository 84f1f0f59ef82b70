import type { VerbRequest } from '../../../shared/verbs.ts';
import { parseSize } from '../../../shared/size.ts';
import type { Answer, Call } from '../../call.ts';
import { readPassphrase } from '../../input/secrets.ts';

import { run } from '../lifecycle/lifecycle.ts';
import type { VerbOptions } from '../lifecycle/lifecycle.ts';

/** `repo rename NAME NEW -m M` */
export async function rename(
  call: Call,
  name: string,
  newName: string,
  machineName: string | undefined,
): Promise<Answer> {
  const machine = await call.machine(machineName);
  return run(call, machine, { verb: 'rename', repository: name, options: { newName } });
}

/** `repo resize NAME --size 20G -m M`; what starts at boot is opened by its key, unless a passphrase is given. */
export async function resize(
  call: Call,
  name: string,
  { machine: machineName, passphraseFile: file, size }: VerbOptions & { size: string },
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
  if (byKey) return run(call, machine, request);
  return run(
    call,
    machine,
    request,
    await readPassphrase(call.dependencies, { file, name, isNew: false }, call.text),
  );
}

/** `repo fork PARENT --tag NAME -m M` */
export async function fork(
  call: Call,
  parent: string,
  { machine: machineName, tag }: VerbOptions & { tag: string },
): Promise<Answer> {
  const machine = await call.machine(machineName);
  return run(call, machine, { verb: 'fork', repository: parent, options: { tag } });
}

/** `repo slots release NAME SERVICE -m M` */
export async function releaseSlot(
  call: Call,
  name: string,
  service: string,
  machineName: string | undefined,
): Promise<Answer> {
  const machine = await call.machine(machineName);
  return run(call, machine, { verb: 'release-slot', repository: name, options: { service } });
}
