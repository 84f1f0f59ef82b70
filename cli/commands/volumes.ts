import type { Answer, Call } from '../call.ts';
import { run } from './verbs.ts';

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
